using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace A2AConsole.Data;

/// <summary>The model on SQL Server, the production store.</summary>
public sealed class SqlServerConsoleDbContext(DbContextOptions<SqlServerConsoleDbContext> options) : ConsoleDbContext(options)
{
    /// <summary>Compares identifiers byte by byte, as SQLite does.</summary>
    internal const string IdentifierCollation = "Latin1_General_100_BIN2";

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // A clustered key holds 900 bytes, a credential's id up to 1,023.
        builder.Entity<IdentityUserPasskey<string>>().HasKey(p => p.CredentialId).IsClustered(false);
        foreach (var entity in builder.Model.GetEntityTypes())
            foreach (var property in entity.GetDeclaredProperties())
                if (property.IsUnicode() == false)
                    property.SetCollation(IdentifierCollation);
    }
}

/// <summary>Lets <c>dotnet ef</c> make the context without a server.</summary>
internal sealed class SqlServerDesignTimeFactory : IDesignTimeDbContextFactory<SqlServerConsoleDbContext>
{
    public SqlServerConsoleDbContext CreateDbContext(string[] args)
        => new(new DbContextOptionsBuilder<SqlServerConsoleDbContext>().UseSqlServer("Server=design-time").Options);
}
