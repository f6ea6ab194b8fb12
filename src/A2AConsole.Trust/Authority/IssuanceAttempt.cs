using A2AConsole.Core.Identity;
using A2AConsole.Core.Ledger;
using A2AConsole.Core.Registration;
using A2AConsole.Data;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;

namespace A2AConsole.Trust.Authority;

/// <summary>What is known of a request when it is refused or granted: what its leaf will say.</summary>
internal sealed record IssuanceAttempt(LeafKind Kind, string? RemoteAddress)
{
    public string? Actor { get; init; }
    public string? Subject { get; init; }
    public string? Serial { get; init; }
    public bool IsDemo { get; init; }

    /// <summary>The leaf's label.</summary>
    public string? Demo => IsDemo ? "live" : null;
}

/// <summary>A request whose sender and identity are settled: by a join token, by the current certificate, or by an entry that names it.</summary>
internal sealed record IssuanceApplication
{
    public required IssuanceAttempt Attempt { get; init; }
    public required IssuanceRequest Request { get; init; }
    public required SpiffeId Id { get; init; }
    public required IssuanceKind Kind { get; init; }
    /// <summary>Whether a join token came with it.</summary>
    public bool IsInvited => InvitedBy is not null;
    /// <summary>What its leaf says to people.</summary>
    public required string Detail { get; init; }
    /// <summary>Who let it in, when a join token came with it.</summary>
    public string? InvitedBy { get; init; }
    /// <summary>The certificate that is renewed, validated; null at an enrolment.</summary>
    public VerifiedSvid? Current { get; init; }
    /// <summary>What the certificate that is renewed says of its evidence; null: nothing, or there is none.</summary>
    public AgentPosture? Before { get; init; }
    /// <summary>Writes it and returns the agent's row; run on the ledger's writer. Throws <see cref="TrustConflictException"/> and <see cref="LifeConflictException"/>.</summary>
    public required Func<ConsoleDbContext, Issuance, Agent> Change { get; init; }
}
