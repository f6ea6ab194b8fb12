using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace A2AConsole.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Identity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "KeyId",
                table: "TrustAnchors",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "State",
                table: "TrustAnchors",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "StateChangedAt",
                table: "TrustAnchors",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "Algorithm",
                table: "Certificates",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "IssuerKeyId",
                table: "Certificates",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "RevocationCode",
                table: "Certificates",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SigningAlgorithm",
                table: "Certificates",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SigningKeyId",
                table: "Certificates",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SupersededAt",
                table: "Certificates",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "WithdrawAt",
                table: "Certificates",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Tables",
                table: "AspNetUsers",
                type: "TEXT",
                maxLength: 2000,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Assurance",
                table: "Agents",
                type: "TEXT",
                unicode: false,
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "AttestedAt",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "ClockSkewMs",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "EntryId",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RenewalHeldAt",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RenewalHeldReason",
                table: "Agents",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RotationRequestedAt",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RotationRequestedBy",
                table: "Agents",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "StateChangedAt",
                table: "Agents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AgentCardPins",
                columns: table => new
                {
                    SpiffeId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 255, nullable: false),
                    Digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Card = table.Column<byte[]>(type: "BLOB", nullable: false),
                    PinnedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Leaf = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AgentCardPins", x => x.SpiffeId);
                });

            migrationBuilder.CreateTable(
                name: "AlgorithmRules",
                columns: table => new
                {
                    Algorithm = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Use = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Status = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    NotAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ChangedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AlgorithmRules", x => new { x.Algorithm, x.Use });
                });

            migrationBuilder.CreateTable(
                name: "AlgorithmUses",
                columns: table => new
                {
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Algorithm = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Use = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    FirstSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeenAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AlgorithmUses", x => new { x.AgentNumber, x.Algorithm, x.Use });
                    table.ForeignKey(
                        name: "FK_AlgorithmUses_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "AttestationRecords",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    IsAffirming = table.Column<bool>(type: "INTEGER", nullable: false),
                    Code = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    Detail = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    KeyId = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Runtime = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: true),
                    Claims = table.Column<string>(type: "TEXT", nullable: false),
                    Result = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AttestationRecords", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AttestationRecords_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "Findings",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Subject = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: true),
                    Detail = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Measured = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    Reference = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    FirstSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    ClosedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ClosedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    ClosedReason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    OverAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Findings", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Findings_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "FlowDays",
                columns: table => new
                {
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Peer = table.Column<string>(type: "TEXT", unicode: false, maxLength: 255, nullable: false),
                    Type = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FlowDays", x => new { x.AgentNumber, x.Day, x.Peer, x.Type });
                });

            migrationBuilder.CreateTable(
                name: "FlowMoneyDays",
                columns: table => new
                {
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Peer = table.Column<string>(type: "TEXT", unicode: false, maxLength: 255, nullable: false),
                    Type = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Currency = table.Column<string>(type: "TEXT", unicode: false, maxLength: 3, nullable: false),
                    Amount = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FlowMoneyDays", x => new { x.AgentNumber, x.Day, x.Peer, x.Type, x.Currency });
                });

            migrationBuilder.CreateTable(
                name: "RegistrationEntries",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Environment = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Role = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Name = table.Column<string>(type: "TEXT", unicode: false, maxLength: 128, nullable: false),
                    Organisation = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Owner = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Tier = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    CertificateSeconds = table.Column<int>(type: "INTEGER", nullable: false),
                    KeyAlgorithms = table.Column<string>(type: "TEXT", unicode: false, maxLength: 256, nullable: false),
                    RequiresDualSignature = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsEnabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ChangedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    IsDemo = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RegistrationEntries", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "RekeyRuns",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    Step = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PausedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    PerSecond = table.Column<int>(type: "INTEGER", nullable: false),
                    OldAuthority = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    NewAuthority = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RekeyRuns", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Responsibilities",
                columns: table => new
                {
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Duty = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Holder = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Responsibilities", x => new { x.AgentNumber, x.Duty });
                    table.ForeignKey(
                        name: "FK_Responsibilities_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ReviewCampaigns",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Title = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Covers = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    State = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    DueAt = table.Column<long>(type: "INTEGER", nullable: false),
                    GraceEndsAt = table.Column<long>(type: "INTEGER", nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    FinishedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Record = table.Column<string>(type: "TEXT", nullable: true),
                    RecordChain = table.Column<string>(type: "TEXT", nullable: true),
                    RecordLeaf = table.Column<long>(type: "INTEGER", nullable: true),
                    IsDemo = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewCampaigns", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Revocations",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Scope = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Target = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Note = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    FinishedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Certificates = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Revocations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "StateTransitions",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Serial = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    From = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    To = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Actor = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StateTransitions", x => new { x.Id, x.AgentNumber, x.Serial });
                    table.ForeignKey(
                        name: "FK_StateTransitions_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "RequiredEvidence",
                columns: table => new
                {
                    EntryId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Reference = table.Column<string>(type: "TEXT", nullable: false),
                    AtRenewal = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RequiredEvidence", x => new { x.EntryId, x.Kind });
                    table.ForeignKey(
                        name: "FK_RequiredEvidence_RegistrationEntries_EntryId",
                        column: x => x.EntryId,
                        principalTable: "RegistrationEntries",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "RekeyAgents",
                columns: table => new
                {
                    RunId = table.Column<int>(type: "INTEGER", nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    State = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Detail = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    CalledAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DoneAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RekeyAgents", x => new { x.RunId, x.AgentNumber });
                    table.ForeignKey(
                        name: "FK_RekeyAgents_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_RekeyAgents_RekeyRuns_RunId",
                        column: x => x.RunId,
                        principalTable: "RekeyRuns",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ReviewItems",
                columns: table => new
                {
                    CampaignId = table.Column<int>(type: "INTEGER", nullable: false),
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Reviewer = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Delegate = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    Decision = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    Changes = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    Leaf = table.Column<long>(type: "INTEGER", nullable: true),
                    DecidedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    DecidedBy = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    RemindedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    LapsedAt = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewItems", x => new { x.CampaignId, x.AgentNumber });
                    table.ForeignKey(
                        name: "FK_ReviewItems_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_ReviewItems_ReviewCampaigns_CampaignId",
                        column: x => x.CampaignId,
                        principalTable: "ReviewCampaigns",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Certificates_KeyId_AgentNumber",
                table: "Certificates",
                columns: new[] { "KeyId", "AgentNumber" });

            migrationBuilder.CreateIndex(
                name: "IX_Certificates_RevokedAt_NotAfter",
                table: "Certificates",
                columns: new[] { "RevokedAt", "NotAfter" },
                filter: "[RevokedAt] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Certificates_WithdrawAt",
                table: "Certificates",
                column: "WithdrawAt",
                filter: "[WithdrawAt] IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Agents_EntryId",
                table: "Agents",
                column: "EntryId");

            migrationBuilder.CreateIndex(
                name: "IX_AlgorithmUses_Algorithm_Use_LastSeenAt",
                table: "AlgorithmUses",
                columns: new[] { "Algorithm", "Use", "LastSeenAt" });

            migrationBuilder.CreateIndex(
                name: "IX_AttestationRecords_AgentNumber_Id",
                table: "AttestationRecords",
                columns: new[] { "AgentNumber", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_AttestationRecords_Runtime_AgentNumber",
                table: "AttestationRecords",
                columns: new[] { "Runtime", "AgentNumber" });

            migrationBuilder.CreateIndex(
                name: "IX_Findings_AgentNumber_ClosedAt",
                table: "Findings",
                columns: new[] { "AgentNumber", "ClosedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Findings_ClosedAt_Id",
                table: "Findings",
                columns: new[] { "ClosedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Findings_Kind_Subject_ClosedAt",
                table: "Findings",
                columns: new[] { "Kind", "Subject", "ClosedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Findings_OverAt",
                table: "Findings",
                column: "OverAt",
                filter: "[OverAt] IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FlowDays_Day",
                table: "FlowDays",
                column: "Day");

            migrationBuilder.CreateIndex(
                name: "IX_FlowMoneyDays_Day",
                table: "FlowMoneyDays",
                column: "Day");

            migrationBuilder.CreateIndex(
                name: "IX_RegistrationEntries_Environment_Role_Name",
                table: "RegistrationEntries",
                columns: new[] { "Environment", "Role", "Name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RekeyAgents_AgentNumber",
                table: "RekeyAgents",
                column: "AgentNumber");

            migrationBuilder.CreateIndex(
                name: "IX_RekeyAgents_RunId_State_AgentNumber",
                table: "RekeyAgents",
                columns: new[] { "RunId", "State", "AgentNumber" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewCampaigns_State_DueAt",
                table: "ReviewCampaigns",
                columns: new[] { "State", "DueAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_AgentNumber_CampaignId",
                table: "ReviewItems",
                columns: new[] { "AgentNumber", "CampaignId" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_CampaignId_Decision_LapsedAt",
                table: "ReviewItems",
                columns: new[] { "CampaignId", "Decision", "LapsedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_Delegate_Decision",
                table: "ReviewItems",
                columns: new[] { "Delegate", "Decision" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_Reviewer_Decision",
                table: "ReviewItems",
                columns: new[] { "Reviewer", "Decision" });

            migrationBuilder.CreateIndex(
                name: "IX_StateTransitions_AgentNumber_Id",
                table: "StateTransitions",
                columns: new[] { "AgentNumber", "Id" });

            migrationBuilder.AddForeignKey(
                name: "FK_Agents_RegistrationEntries_EntryId",
                table: "Agents",
                column: "EntryId",
                principalTable: "RegistrationEntries",
                principalColumn: "Id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Agents_RegistrationEntries_EntryId",
                table: "Agents");

            migrationBuilder.DropTable(
                name: "AgentCardPins");

            migrationBuilder.DropTable(
                name: "AlgorithmRules");

            migrationBuilder.DropTable(
                name: "AlgorithmUses");

            migrationBuilder.DropTable(
                name: "AttestationRecords");

            migrationBuilder.DropTable(
                name: "Findings");

            migrationBuilder.DropTable(
                name: "FlowDays");

            migrationBuilder.DropTable(
                name: "FlowMoneyDays");

            migrationBuilder.DropTable(
                name: "RekeyAgents");

            migrationBuilder.DropTable(
                name: "RequiredEvidence");

            migrationBuilder.DropTable(
                name: "Responsibilities");

            migrationBuilder.DropTable(
                name: "ReviewItems");

            migrationBuilder.DropTable(
                name: "Revocations");

            migrationBuilder.DropTable(
                name: "StateTransitions");

            migrationBuilder.DropTable(
                name: "RekeyRuns");

            migrationBuilder.DropTable(
                name: "RegistrationEntries");

            migrationBuilder.DropTable(
                name: "ReviewCampaigns");

            migrationBuilder.DropIndex(
                name: "IX_Certificates_KeyId_AgentNumber",
                table: "Certificates");

            migrationBuilder.DropIndex(
                name: "IX_Certificates_RevokedAt_NotAfter",
                table: "Certificates");

            migrationBuilder.DropIndex(
                name: "IX_Certificates_WithdrawAt",
                table: "Certificates");

            migrationBuilder.DropIndex(
                name: "IX_Agents_EntryId",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "KeyId",
                table: "TrustAnchors");

            migrationBuilder.DropColumn(
                name: "State",
                table: "TrustAnchors");

            migrationBuilder.DropColumn(
                name: "StateChangedAt",
                table: "TrustAnchors");

            migrationBuilder.DropColumn(
                name: "Algorithm",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "IssuerKeyId",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "RevocationCode",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "SigningAlgorithm",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "SigningKeyId",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "SupersededAt",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "WithdrawAt",
                table: "Certificates");

            migrationBuilder.DropColumn(
                name: "Tables",
                table: "AspNetUsers");

            migrationBuilder.DropColumn(
                name: "Assurance",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "AttestedAt",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "ClockSkewMs",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "EntryId",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "RenewalHeldAt",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "RenewalHeldReason",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "RotationRequestedAt",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "RotationRequestedBy",
                table: "Agents");

            migrationBuilder.DropColumn(
                name: "StateChangedAt",
                table: "Agents");
        }
    }
}
