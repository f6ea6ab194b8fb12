using System.Diagnostics.CodeAnalysis;

namespace A2AConsole.Trust.Gate;

/// <summary>
/// How each agent and each issued certificate stands, in memory and current at once. What is not in here was not issued: a
/// certificate gets in with the transaction that put it on the ledger.
/// </summary>
public interface IStandings
{
    /// <summary>The agent with this SPIFFE ID, or null when no such agent was ever allowed to enrol.</summary>
    AgentStanding? Agent(string spiffeId);

    /// <summary>The agent with this row's number, or null.</summary>
    AgentStanding? Agent(int number);

    /// <summary>
    /// The certificate with this serial (lower-case hex) when it is on record. One that memory does not hold is looked for in the
    /// store, so that a miss is no false alarm.
    /// </summary>
    bool TryFind(string serial, [NotNullWhen(true)] out CertificateStanding? certificate);

    /// <summary>Every agent.</summary>
    IEnumerable<AgentStanding> Agents { get; }

    /// <summary>Every certificate in memory: those that are valid, and revoked ones for a day longer.</summary>
    IEnumerable<CertificateStanding> Certificates { get; }

    /// <summary>
    /// Raised after agents or certificates ceased to count, once for any number: whoever holds connections looks which of them
    /// must close. Handlers only signal, they never work.
    /// </summary>
    event Action? Withdrawn;
}
