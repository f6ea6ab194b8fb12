using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace A2AConsole.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RefusalSummaries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "RefusalSummaries",
                columns: table => new
                {
                    AgentNumber = table.Column<int>(type: "INTEGER", nullable: false),
                    Minute = table.Column<int>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Codes = table.Column<string>(type: "TEXT", unicode: false, maxLength: 500, nullable: false),
                    Demo = table.Column<string>(type: "TEXT", maxLength: 40, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefusalSummaries", x => new { x.AgentNumber, x.Minute });
                    table.ForeignKey(
                        name: "FK_RefusalSummaries_Agents_AgentNumber",
                        column: x => x.AgentNumber,
                        principalTable: "Agents",
                        principalColumn: "Number",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_EventPayloads_ReplayUntil",
                table: "EventPayloads",
                column: "ReplayUntil");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "RefusalSummaries");

            migrationBuilder.DropIndex(
                name: "IX_EventPayloads_ReplayUntil",
                table: "EventPayloads");
        }
    }
}
