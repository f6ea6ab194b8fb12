using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace A2AConsole.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Decisions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ApprovalDelegations",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    From = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    To = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    NotBefore = table.Column<long>(type: "INTEGER", nullable: false),
                    NotAfter = table.Column<long>(type: "INTEGER", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ApprovalDelegations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Commitments",
                columns: table => new
                {
                    Agent = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    Action = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Currency = table.Column<string>(type: "TEXT", unicode: false, maxLength: 3, nullable: false),
                    MessageId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Minor = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Commitments", x => new { x.Agent, x.Action, x.Currency, x.MessageId });
                });

            migrationBuilder.CreateTable(
                name: "DecisionPolicies",
                columns: table => new
                {
                    Policy = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    DecisionId = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DecisionPolicies", x => new { x.Policy, x.DecisionId });
                });

            migrationBuilder.CreateTable(
                name: "Decisions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    MessageLeaf = table.Column<long>(type: "INTEGER", nullable: false),
                    MessageId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Receiver = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    Type = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Action = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Verdict = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Code = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    ValidUntil = table.Column<long>(type: "INTEGER", nullable: true),
                    Policies = table.Column<string>(type: "TEXT", unicode: false, maxLength: 1000, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Fault = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    BundleVersion = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    BundleDigest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 80, nullable: false),
                    Cost = table.Column<long>(type: "INTEGER", nullable: false),
                    Window = table.Column<long>(type: "INTEGER", nullable: false),
                    Risk = table.Column<int>(type: "INTEGER", nullable: false),
                    RiskReasons = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    Amount = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    Currency = table.Column<string>(type: "TEXT", unicode: false, maxLength: 3, nullable: true),
                    ApprovalId = table.Column<int>(type: "INTEGER", nullable: true),
                    Demo = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    Request = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Decisions", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Decisions_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Grants",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Role = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Task = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Environments = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    NotBefore = table.Column<long>(type: "INTEGER", nullable: false),
                    NotAfter = table.Column<long>(type: "INTEGER", nullable: false),
                    CostLimit = table.Column<long>(type: "INTEGER", nullable: true),
                    RiskLimit = table.Column<int>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    RevokedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RevokedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    IsDemo = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Grants", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Grants_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "HeldMessages",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    MessageId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Receiver = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    Type = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Action = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    State = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Needs = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    HeldAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    DecisionId = table.Column<long>(type: "INTEGER", nullable: false),
                    VerifiedByLeaf = table.Column<long>(type: "INTEGER", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    TaskId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: true),
                    ContextId = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Route = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: true),
                    Demo = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    Body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Answer = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HeldMessages", x => x.Id);
                    table.ForeignKey(
                        name: "FK_HeldMessages_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "LineageCursors",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Next = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LineageCursors", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LineageLinks",
                columns: table => new
                {
                    From = table.Column<long>(type: "INTEGER", nullable: false),
                    Place = table.Column<int>(type: "INTEGER", nullable: false),
                    To = table.Column<long>(type: "INTEGER", nullable: true),
                    Kind = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Target = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LineageLinks", x => new { x.From, x.Place });
                });

            migrationBuilder.CreateTable(
                name: "LineageMessages",
                columns: table => new
                {
                    Leaf = table.Column<long>(type: "INTEGER", nullable: false),
                    MessageId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Body = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Type = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Audience = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    Amount = table.Column<long>(type: "INTEGER", nullable: true),
                    Currency = table.Column<string>(type: "TEXT", unicode: false, maxLength: 3, nullable: true),
                    Demo = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LineageMessages", x => x.Leaf);
                });

            migrationBuilder.CreateTable(
                name: "Notices",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Kind = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    About = table.Column<long>(type: "INTEGER", nullable: false),
                    Channel = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    NextAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    SentAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Notices", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PolicyVersions",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Version = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 80, nullable: false),
                    State = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Files = table.Column<byte[]>(type: "BLOB", nullable: false),
                    BasedOnId = table.Column<int>(type: "INTEGER", nullable: true),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    TestsPassed = table.Column<int>(type: "INTEGER", nullable: false),
                    TestsFailed = table.Column<int>(type: "INTEGER", nullable: false),
                    MutantsKilled = table.Column<int>(type: "INTEGER", nullable: true),
                    MutantsSurvived = table.Column<int>(type: "INTEGER", nullable: true),
                    ApprovedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ApprovedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    ActivatedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ActivatedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Leaf = table.Column<long>(type: "INTEGER", nullable: false),
                    IsDemo = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PolicyVersions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "QuarantineCases",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Assignee = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    MessageLeaf = table.Column<long>(type: "INTEGER", nullable: true),
                    IsTask = table.Column<bool>(type: "INTEGER", nullable: false),
                    ReleasedLeaf = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_QuarantineCases", x => x.Id);
                    table.ForeignKey(
                        name: "FK_QuarantineCases_QuarantineItems_Id",
                        column: x => x.Id,
                        principalTable: "QuarantineItems",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Approvals",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    HeldMessageId = table.Column<long>(type: "INTEGER", nullable: false),
                    MessageId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Action = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Asked = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Why = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Amount = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    Currency = table.Column<string>(type: "TEXT", unicode: false, maxLength: 3, nullable: true),
                    Cost = table.Column<long>(type: "INTEGER", nullable: false),
                    CostCurrency = table.Column<string>(type: "TEXT", unicode: false, maxLength: 3, nullable: false),
                    Risk = table.Column<int>(type: "INTEGER", nullable: false),
                    Tier = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Quorum = table.Column<int>(type: "INTEGER", nullable: false),
                    ApproverRole = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    GroupKey = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    State = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    AskedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EscalatedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    Limit = table.Column<long>(type: "INTEGER", nullable: true),
                    Demo = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Approvals", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Approvals_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_Approvals_HeldMessages_HeldMessageId",
                        column: x => x.HeldMessageId,
                        principalTable: "HeldMessages",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "QuarantineSteps",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    CaseId = table.Column<long>(type: "INTEGER", nullable: false),
                    Move = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    By = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    To = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Outcome = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Leaf = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_QuarantineSteps", x => x.Id);
                    table.ForeignKey(
                        name: "FK_QuarantineSteps_QuarantineCases_CaseId",
                        column: x => x.CaseId,
                        principalTable: "QuarantineCases",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ApprovalVotes",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ApprovalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Approver = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    OnBehalfOf = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Choice = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Limit = table.Column<long>(type: "INTEGER", nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Leaf = table.Column<long>(type: "INTEGER", nullable: false),
                    Record = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Assertion = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ApprovalVotes", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ApprovalVotes_Approvals_ApprovalId",
                        column: x => x.ApprovalId,
                        principalTable: "Approvals",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ApprovalDelegations_From_NotAfter",
                table: "ApprovalDelegations",
                columns: new[] { "From", "NotAfter" });

            migrationBuilder.CreateIndex(
                name: "IX_ApprovalDelegations_To_NotAfter",
                table: "ApprovalDelegations",
                columns: new[] { "To", "NotAfter" });

            migrationBuilder.CreateIndex(
                name: "IX_ApprovalVotes_ApprovalId",
                table: "ApprovalVotes",
                column: "ApprovalId");

            migrationBuilder.CreateIndex(
                name: "IX_ApprovalVotes_Approver_At",
                table: "ApprovalVotes",
                columns: new[] { "Approver", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_Approvals_AgentNumber_State",
                table: "Approvals",
                columns: new[] { "AgentNumber", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_Approvals_Digest",
                table: "Approvals",
                column: "Digest");

            migrationBuilder.CreateIndex(
                name: "IX_Approvals_GroupKey_State",
                table: "Approvals",
                columns: new[] { "GroupKey", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_Approvals_HeldMessageId",
                table: "Approvals",
                column: "HeldMessageId");

            migrationBuilder.CreateIndex(
                name: "IX_Approvals_State_ExpiresAt",
                table: "Approvals",
                columns: new[] { "State", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Commitments_At",
                table: "Commitments",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_DecisionPolicies_Policy_At",
                table: "DecisionPolicies",
                columns: new[] { "Policy", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_Decisions_AgentNumber_Id",
                table: "Decisions",
                columns: new[] { "AgentNumber", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Decisions_At",
                table: "Decisions",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_Decisions_MessageId",
                table: "Decisions",
                column: "MessageId");

            migrationBuilder.CreateIndex(
                name: "IX_Decisions_MessageLeaf",
                table: "Decisions",
                column: "MessageLeaf");

            migrationBuilder.CreateIndex(
                name: "IX_Grants_AgentNumber_NotAfter",
                table: "Grants",
                columns: new[] { "AgentNumber", "NotAfter" });

            migrationBuilder.CreateIndex(
                name: "IX_HeldMessages_AgentNumber_State",
                table: "HeldMessages",
                columns: new[] { "AgentNumber", "State" });

            migrationBuilder.CreateIndex(
                name: "IX_HeldMessages_Digest",
                table: "HeldMessages",
                column: "Digest");

            migrationBuilder.CreateIndex(
                name: "IX_HeldMessages_State_ExpiresAt",
                table: "HeldMessages",
                columns: new[] { "State", "ExpiresAt" });

            migrationBuilder.CreateIndex(
                name: "IX_HeldMessages_TaskId",
                table: "HeldMessages",
                column: "TaskId");

            migrationBuilder.CreateIndex(
                name: "IX_LineageLinks_Target",
                table: "LineageLinks",
                column: "Target");

            migrationBuilder.CreateIndex(
                name: "IX_LineageLinks_To_From",
                table: "LineageLinks",
                columns: new[] { "To", "From" });

            migrationBuilder.CreateIndex(
                name: "IX_LineageMessages_Body",
                table: "LineageMessages",
                column: "Body");

            migrationBuilder.CreateIndex(
                name: "IX_LineageMessages_Digest",
                table: "LineageMessages",
                column: "Digest");

            migrationBuilder.CreateIndex(
                name: "IX_LineageMessages_Document",
                table: "LineageMessages",
                column: "Document");

            migrationBuilder.CreateIndex(
                name: "IX_LineageMessages_MessageId",
                table: "LineageMessages",
                column: "MessageId");

            migrationBuilder.CreateIndex(
                name: "IX_Notices_Kind_About_Channel",
                table: "Notices",
                columns: new[] { "Kind", "About", "Channel" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Notices_NextAt",
                table: "Notices",
                column: "NextAt");

            migrationBuilder.CreateIndex(
                name: "IX_PolicyVersions_Digest",
                table: "PolicyVersions",
                column: "Digest");

            migrationBuilder.CreateIndex(
                name: "IX_PolicyVersions_State",
                table: "PolicyVersions",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineCases_Assignee_Id",
                table: "QuarantineCases",
                columns: new[] { "Assignee", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineCases_State_Id",
                table: "QuarantineCases",
                columns: new[] { "State", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineSteps_CaseId",
                table: "QuarantineSteps",
                column: "CaseId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ApprovalDelegations");

            migrationBuilder.DropTable(
                name: "ApprovalVotes");

            migrationBuilder.DropTable(
                name: "Commitments");

            migrationBuilder.DropTable(
                name: "DecisionPolicies");

            migrationBuilder.DropTable(
                name: "Decisions");

            migrationBuilder.DropTable(
                name: "Grants");

            migrationBuilder.DropTable(
                name: "LineageCursors");

            migrationBuilder.DropTable(
                name: "LineageLinks");

            migrationBuilder.DropTable(
                name: "LineageMessages");

            migrationBuilder.DropTable(
                name: "Notices");

            migrationBuilder.DropTable(
                name: "PolicyVersions");

            migrationBuilder.DropTable(
                name: "QuarantineSteps");

            migrationBuilder.DropTable(
                name: "Approvals");

            migrationBuilder.DropTable(
                name: "QuarantineCases");

            migrationBuilder.DropTable(
                name: "HeldMessages");
        }
    }
}
