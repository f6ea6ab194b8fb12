using System.Buffers.Text;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using A2AConsole.Core.Approvals;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Users;
using A2AConsole.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace A2AConsole.Web.Access;

/// <summary>A passkey as its holder's page shows it.</summary>
public sealed record PasskeyRow(byte[] CredentialId, string Name, DateTimeOffset CreatedAt);

/// <summary>What a ceremony ended with: what it was for, or why not.</summary>
public sealed record Ceremony<T>(T? Result, string? Fault) where T : class;

/// <summary>
/// People's passkeys: enrolled on their own page, used to sign approvals (Web Authentication level 3). The ceremony is Identity's; the challenge of an approval is ours, made from the decision. What a
/// passkey signed is verified twice: by Identity's handler, and by the rules that anybody else verifies by later.
/// </summary>
public sealed class Passkeys(
    UserManager<ConsoleUser> users, SignInManager<ConsoleUser> signIn, IPasskeyHandler<ConsoleUser> handler, ConsoleUsers store, IDataProtectionProvider protection, PublicAddress address, TimeProvider time)
{
    /// <summary>The longest name of a passkey.</summary>
    public const int MaxName = 60;

    private const int MostPasskeys = 10;
    private static readonly TimeSpan CeremonyLife = TimeSpan.FromMinutes(5);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("a2aconsole.approval-ceremony").ToTimeLimitedDataProtector();

    /// <summary>A person's passkeys, oldest first.</summary>
    public async Task<IReadOnlyList<PasskeyRow>> OfAsync(ClaimsPrincipal principal)
        => await users.GetUserAsync(principal) is { } user ? [.. (await users.GetPasskeysAsync(user)).OrderBy(p => p.CreatedAt).Select(p => new PasskeyRow(p.CredentialId, p.Name ?? "Passkey", p.CreatedAt))] : [];

    /// <summary>What the browser needs to make a passkey: JSON.</summary>
    public async Task<string?> CreationOptionsAsync(ClaimsPrincipal principal)
        => await users.GetUserAsync(principal) is { } user
            ? await signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id, Name = user.UserName!, DisplayName = user.DisplayName.Length > 0 ? user.DisplayName : user.UserName! }) : null;

    /// <summary>Keeps the passkey that the browser made. Null, or why not.</summary>
    public async Task<string?> EnrolAsync(ClaimsPrincipal principal, string credentialJson, string? name)
    {
        if (await users.GetUserAsync(principal) is not { } user)
            return "You are not signed in any more.";
        if ((await users.GetPasskeysAsync(user)).Count >= MostPasskeys)
            return $"You have {MostPasskeys} passkeys; remove one first.";
        var result = await signIn.PerformPasskeyAttestationAsync(credentialJson);
        if (!result.Succeeded)
            return "The passkey was not accepted: " + result.Failure.Message;
        if (result.UserEntity.Id != user.Id)
            return "The passkey was made for another account.";
        if (CoseKey.ToSubjectPublicKeyInfo(result.Passkey.PublicKey) is not { } key)
            return "The passkey's key is of a kind that is not taken here.";
        if (!result.Passkey.IsUserVerified)
            return "The passkey did not verify you. Use one with a PIN, a fingerprint or your face.";
        result.Passkey.Name = name?.Trim() is { Length: > 0 } given ? given[..Math.Min(given.Length, MaxName)] : "Passkey";
        await store.AddPasskeyAsync(user.Id, result.Passkey, Leaf(user, "passkey-enrolled", $"A passkey was enrolled: {result.Passkey.Name}.", key));
        return null;
    }

    /// <summary>Removes one of her passkeys. What it signed stays verifiable.</summary>
    public async Task RemoveAsync(ClaimsPrincipal principal, byte[] credentialId)
    {
        if (await users.GetUserAsync(principal) is { } user && await users.GetPasskeyAsync(user, credentialId) is { } passkey)
            await store.RemovePasskeyAsync(user.Id, credentialId, Leaf(user, "passkey-removed", $"A passkey was removed: {passkey.Name}.", CoseKey.ToSubjectPublicKeyInfo(passkey.PublicKey)));
    }

    /// <summary>What the browser needs to have a decision signed: the options, and our own state, protected. Null and why when she has no passkey.</summary>
    public async Task<Ceremony<JsonObject>> AskAsync(HttpContext context, DecisionRecord record)
    {
        if (await users.GetUserAsync(context.User) is not { } user)
            return new(null, "You are not signed in any more.");
        if ((await users.GetPasskeysAsync(user)).Count == 0)
            return new(null, "You have no passkey yet: enrol one on your account's page. It signs what you approve.");
        var options = await handler.MakeRequestOptionsAsync(user, context);
        // The state's form is Identity's own: when it is not what we know, nothing is signed at all.
        if (JsonNode.Parse(options.RequestOptionsJson) is not JsonObject request || JsonNode.Parse(options.AssertionState ?? "") is not JsonObject state || state["challenge"] is null || state["userId"]?.GetValue<string>() != user.Id)
            throw new InvalidOperationException("The passkey handler's state has a form that is not known here.");
        var bytes = record.Write();
        var nonce = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        var challenge = DecisionRecord.ChallengeOf(bytes, nonce);
        request["challenge"] = Base64Url.EncodeToString(challenge);
        // The handler keeps its bytes in plain base64.
        state["challenge"] = Convert.ToBase64String(challenge);
        var kept = new JsonObject { ["user"] = user.Id, ["record"] = Convert.ToBase64String(bytes), ["nonce"] = Convert.ToBase64String(nonce), ["state"] = state.ToJsonString() };
        return new(new JsonObject { ["options"] = request, ["ceremony"] = _protector.Protect(kept.ToJsonString(), CeremonyLife), ["record"] = System.Text.Encoding.UTF8.GetString(bytes) }, null);
    }

    /// <summary>The decision that was signed and its assertion, verified by both; or why not.</summary>
    public async Task<Ceremony<SignedDecision>> AnswerAsync(HttpContext context, string ceremony, string credentialJson)
    {
        JsonNode kept;
        try
        {
            kept = JsonNode.Parse(_protector.Unprotect(ceremony))!;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return new(null, "It took too long, or the page is an old one: open the request again.");
        }
        if (await users.GetUserAsync(context.User) is not { } user || kept["user"]!.GetValue<string>() != user.Id)
            return new(null, "Somebody else began this decision: open the request again.");
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = credentialJson, AssertionState = kept["state"]!.GetValue<string>() });
        if (!result.Succeeded)
            return new(null, "The passkey's signature was not accepted: " + result.Failure.Message);
        if (result.User.Id != user.Id || CoseKey.ToSubjectPublicKeyInfo(result.Passkey.PublicKey) is not { } key)
            return new(null, "The passkey is not one of yours.");
        var bytes = Convert.FromBase64String(kept["record"]!.GetValue<string>());
        var record = DecisionRecord.Read(bytes, out var wrong) ?? throw new InvalidOperationException(wrong);
        using var credential = JsonDocument.Parse(credentialJson);
        var response = credential.RootElement.GetProperty("response");
        var assertion = new PasskeyAssertion(result.Passkey.CredentialId, key, Bytes(response, "authenticatorData"), Bytes(response, "clientDataJSON"), Bytes(response, "signature"),
            Convert.FromBase64String(kept["nonce"]!.GetValue<string>()), address.OriginOf(context), address.RelyingPartyOf(context));
        if (assertion.Check(bytes) is { } refusal)
            return new(null, refusal.Detail);
        await store.UsedPasskeyAsync(user.Id, result.Passkey);
        return new(new SignedDecision(record, assertion), null);
    }

    private static byte[] Bytes(JsonElement response, string name) => Base64Url.DecodeFromChars(response.GetProperty(name).GetString());

    private LedgerLeaf Leaf(ConsoleUser user, string code, string detail, byte[]? key) => new()
    {
        Kind = LeafKind.Administration, Verdict = LeafVerdict.Done, Code = code, At = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()), Actor = "user:" + user.UserName,
        Detail = LedgerLeaf.Sentence(detail), Digest = key is null ? null : VerificationKey.IdOf(key), Demo = user.IsDemo ? "history" : null,
    };
}

/// <summary>A decision with the passkey's signature over it.</summary>
public sealed record SignedDecision(DecisionRecord Record, PasskeyAssertion Assertion);
