using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace A2AConsole.Data.Migrations.SqlServer
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
                    AgentNumber = table.Column<int>(type: "int", nullable: false),
                    Minute = table.Column<int>(type: "int", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false),
                    Size = table.Column<long>(type: "bigint", nullable: false),
                    Codes = table.Column<string>(type: "varchar(500)", unicode: false, maxLength: 500, nullable: false, collation: "Latin1_General_100_BIN2"),
                    Demo = table.Column<string>(type: "nvarchar(40)", maxLength: 40, nullable: true)
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
