using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace A2AConsole.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ListIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Agents_CertificateNotAfter_Number",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_Environment_SpiffeId",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_Owner_SpiffeId",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_Role_SpiffeId",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_State_SpiffeId",
                table: "Agents");

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineItems_Digest",
                table: "QuarantineItems",
                column: "Digest");

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineItems_MessageId",
                table: "QuarantineItems",
                column: "MessageId");

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineItems_RecordedAt_Id",
                table: "QuarantineItems",
                columns: new[] { "RecordedAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_QuarantineItems_RemoteAddress",
                table: "QuarantineItems",
                column: "RemoteAddress");

            migrationBuilder.CreateIndex(
                name: "IX_Counterparties_Peer",
                table: "Counterparties",
                column: "Peer");

            migrationBuilder.CreateIndex(
                name: "IX_Agents_Environment_Role_State_Tier_Organisation",
                table: "Agents",
                columns: new[] { "Environment", "Role", "State", "Tier", "Organisation" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_Name_Number",
                table: "Agents",
                columns: new[] { "Name", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_Owner_State_CertificateNotAfter_CertificateNotBefore",
                table: "Agents",
                columns: new[] { "Owner", "State", "CertificateNotAfter", "CertificateNotBefore" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_State_CertificateNotAfter_CertificateNotBefore",
                table: "Agents",
                columns: new[] { "State", "CertificateNotAfter", "CertificateNotBefore" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_QuarantineItems_Digest",
                table: "QuarantineItems");

            migrationBuilder.DropIndex(
                name: "IX_QuarantineItems_MessageId",
                table: "QuarantineItems");

            migrationBuilder.DropIndex(
                name: "IX_QuarantineItems_RecordedAt_Id",
                table: "QuarantineItems");

            migrationBuilder.DropIndex(
                name: "IX_QuarantineItems_RemoteAddress",
                table: "QuarantineItems");

            migrationBuilder.DropIndex(
                name: "IX_Counterparties_Peer",
                table: "Counterparties");

            migrationBuilder.DropIndex(
                name: "IX_Agents_Environment_Role_State_Tier_Organisation",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_Name_Number",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_Owner_State_CertificateNotAfter_CertificateNotBefore",
                table: "Agents");

            migrationBuilder.DropIndex(
                name: "IX_Agents_State_CertificateNotAfter_CertificateNotBefore",
                table: "Agents");

            migrationBuilder.CreateIndex(
                name: "IX_Agents_CertificateNotAfter_Number",
                table: "Agents",
                columns: new[] { "CertificateNotAfter", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_Environment_SpiffeId",
                table: "Agents",
                columns: new[] { "Environment", "SpiffeId" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_Owner_SpiffeId",
                table: "Agents",
                columns: new[] { "Owner", "SpiffeId" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_Role_SpiffeId",
                table: "Agents",
                columns: new[] { "Role", "SpiffeId" });

            migrationBuilder.CreateIndex(
                name: "IX_Agents_State_SpiffeId",
                table: "Agents",
                columns: new[] { "State", "SpiffeId" });
        }
    }
}
