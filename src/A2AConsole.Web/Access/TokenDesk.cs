using System.Security.Claims;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Stores;
using A2AConsole.Web.Pages.Agents;

namespace A2AConsole.Web.Access;

/// <summary>What people do with tokens: each makes and revokes her own, an administrator revokes anybody's.</summary>
public sealed class TokenDesk(ApiTokens tokens)
{
    public const int MostName = 64;

    /// <summary>How long a token may live, in days, with what is offered first.</summary>
    public static IReadOnlyList<int> Lifetimes { get; } = [30, 7, 1, 90];

    /// <summary>Makes a token in her role; returns its secret, which is shown once. Throws <see cref="Data.Users.UserChangeRefusedException"/>, <see cref="NotPermittedException"/>.</summary>
    public async Task<string> MakeAsync(ClaimsPrincipal user, string name, int days, CancellationToken cancellationToken = default)
    {
        var (owner, role) = Who(user);
        name = name.Trim();
        if (name.Length is 0 or > MostName)
            throw new Data.Users.UserChangeRefusedException($"Name it in 1 to {MostName} characters, for what it is for.");
        if (!Lifetimes.Contains(days))
            throw new Data.Users.UserChangeRefusedException($"A token lives for {string.Join(", ", Lifetimes.Order())} days.");
        var (secret, now) = (TokenSignIn.NewSecret(), TimeProvider.System.GetUtcNow());
        var token = new ApiToken { Name = name, Owner = owner, Role = role, Hash = TokenSignIn.HashOf(secret), CreatedAt = now, ExpiresAt = now.AddDays(days) };
        await tokens.AddAsync(token, Leaf(owner, owner, "token-made", now, $"A token to read alerts as {role.ToLowerInvariant()}: {name}", token.ExpiresAt), cancellationToken);
        return secret;
    }

    /// <summary>Ends a token at once.</summary>
    public async Task RevokeAsync(ClaimsPrincipal user, int id, CancellationToken cancellationToken = default)
    {
        var (name, role) = Who(user);
        if (await tokens.FindAsync(id, cancellationToken) is not { } token || (token.Owner != name && role != Roles.Administrator))
            throw new NotPermittedException("There is no such token of yours.");
        await tokens.RevokeAsync(id, name, Leaf(name, token.Owner, "token-revoked", TimeProvider.System.GetUtcNow(), $"The token {token.Name} is revoked", null), cancellationToken);
    }

    /// <summary>Her tokens; an administrator's list is everybody's.</summary>
    public Task<IReadOnlyList<ApiToken>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken = default)
    {
        var (name, role) = Who(user);
        return tokens.ListAsync(role == Roles.Administrator ? null : name, cancellationToken);
    }

    private static (string Name, string Role) Who(ClaimsPrincipal user)
        => user.Identity is { IsAuthenticated: true, Name: { } name } && Roles.All.Select(r => r.Name).FirstOrDefault(user.IsInRole) is { } role
            ? (name, role) : throw new NotPermittedException("You are not signed in any more, or have no role. Sign in to make tokens.");

    private static LedgerLeaf Leaf(string actor, string subject, string code, DateTimeOffset now, string detail, DateTimeOffset? expires) => new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = code, At = now, Actor = "user:" + actor, Subject = "user:" + subject, Expires = expires, Detail = LedgerLeaf.Sentence(detail),
    };
}
