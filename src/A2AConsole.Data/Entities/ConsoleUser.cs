using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Data.Entities;

/// <summary>A person who signs in to the console.</summary>
public sealed class ConsoleUser : IdentityUser
{
    public string DisplayName { get; set; } = "";
    public bool IsDemo { get; set; }
    /// <summary>When this person last left the Overview: "what changed since I last looked".</summary>
    public DateTimeOffset? LastLookedAt { get; set; }
    /// <summary>The ledger size this person verified last, and its root (lower-case hex).</summary>
    public long? VerifiedSize { get; set; }
    public string? VerifiedRoot { get; set; }
    public DateTimeOffset? VerifiedAt { get; set; }
    /// <summary><c>light</c>, <c>dark</c>, or null to follow the system.</summary>
    public string? Theme { get; set; }
    /// <summary>How this person likes her tables: JSON by table, written and read by the console's pages only.</summary>
    public string? Tables { get; set; }
}
