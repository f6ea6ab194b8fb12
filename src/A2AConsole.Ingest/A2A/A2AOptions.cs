namespace A2AConsole.Ingest;

/// <summary>The gateway for A2A at the edge. Section <c>A2AConsole:Ingest:A2A</c>. Without agents there is no gateway.</summary>
public sealed class A2AOptions
{
    /// <summary>The agents behind the gateway.</summary>
    public IList<A2AAgentOptions> Agents { get; } = [];

    /// <summary>Whether peers that speak A2A 0.3 (JSON-RPC only) are admitted.</summary>
    public bool AllowVersion03 { get; set; }

    /// <summary>Whether a card that carries no signature is refused. An unsigned card is known only by the connection that it came over.</summary>
    public bool RequireSignedCards { get; set; } = true;

    /// <summary>The longest request body, in bytes.</summary>
    public int MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>How long a card is served before its agent is asked again.</summary>
    public TimeSpan CardLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an agent may be silent within an answer or a stream.</summary>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Hosts that agents may be asked to notify: a name, or <c>.example.com</c> for every name below it. Empty: none, and push notifications are
    /// refused.
    /// </summary>
    public IList<string> PushHosts { get; } = [];

    internal string? Validate()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var agent in Agents)
        {
            if (agent.Validate() is { } wrong)
                return $"A2A:Agents: {wrong}";
            if (!names.Add(agent.Name))
                return $"A2A:Agents: {agent.Name} is there twice";
        }
        return MaxBodyBytes is < 1024 or > 64 * 1024 * 1024 ? "A2A:MaxBodyBytes must be between 1 KiB and 64 MiB"
            : CardLifetime < TimeSpan.Zero || ActivityTimeout <= TimeSpan.Zero ? "A2A: every time span must be positive"
            : null;
    }
}

/// <summary>One agent behind the gateway.</summary>
public sealed class A2AAgentOptions
{
    /// <summary>Its name in our addresses: <c>https://edge/a2a/NAME</c>. Lower-case letters, digits and '-'.</summary>
    public string Name { get; set; } = "";

    /// <summary>Who it is. Whatever answers at its addresses must prove, by its certificate, to be this agent.</summary>
    public string SpiffeId { get; set; } = "";

    /// <summary>Where it takes JSON-RPC (https), or null when it does not.</summary>
    public Uri? JsonRpc { get; set; }

    /// <summary>Below which address it takes REST (https), or null when it does not.</summary>
    public Uri? Rest { get; set; }

    /// <summary>
    /// Whether it takes a message once by its id, however often it comes (the SDK's receivers do). Only then is a held message sent again when nobody knows whether it
    /// arrived.
    /// </summary>
    public bool TakesMessagesOnce { get; set; }

    /// <summary>Where its card is; null: <c>/.well-known/agent-card.json</c> of the same host.</summary>
    public Uri? Card { get; set; }

    /// <summary>The keys that sign its card, besides that of its certificate.</summary>
    public IList<A2ACardKey> CardKeys { get; } = [];

    /// <summary>The digest (SHA-256 of the canonical form, hex) of the card that is meant. Null: the first card that stands is the one.</summary>
    public string? CardDigest { get; set; }

    internal Uri CardAddress => Card ?? new Uri(JsonRpc ?? Rest!, "/.well-known/agent-card.json");

    internal string? Validate()
        => Name.Length is 0 or > 64 || !Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "a Name has 1–64 lower-case letters, digits and '-'"
            : Core.Identity.SpiffeId.Check(SpiffeId) is { } wrong ? $"{Name}: SpiffeId: {wrong}"
            : JsonRpc is null && Rest is null ? $"{Name} needs an address: JsonRpc or Rest"
            : new[] { JsonRpc, Rest, Card }.Any(a => a is not null && (!a.IsAbsoluteUri || a.Scheme != Uri.UriSchemeHttps || a.UserInfo.Length > 0 || a.Query.Length > 0 || a.Fragment.Length > 0)) ? $"{Name}: addresses are https://host[:port]/path"
            : CardKeys.FirstOrDefault(k => k.Read() is null) is { } key ? $"{Name}: the card key {key.Kid} is no P-256 or Ed25519 key in JOSE's form"
            : null;
}

/// <summary>A public key in JOSE's form (RFC 7517).</summary>
public sealed class A2ACardKey
{
    public string Kid { get; set; } = "";
    public string Kty { get; set; } = "";
    public string Crv { get; set; } = "";
    public string X { get; set; } = "";
    public string? Y { get; set; }

    internal Core.Crypto.VerificationKey? Read()
        => Kid.Length == 0 ? null : Core.Crypto.JsonWebKey.TryRead(System.Text.Json.JsonSerializer.SerializeToElement(new { kty = Kty, crv = Crv, x = X, y = Y }));
}
