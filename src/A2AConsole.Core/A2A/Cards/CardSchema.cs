namespace A2AConsole.Core.A2A.Cards;

/// <summary>What kind of value a field of a card has.</summary>
internal enum CardKind
{
    Text,
    Flag,
    /// <summary>A message of the protocol.</summary>
    Message,
    /// <summary>Any JSON object (google.protobuf.Struct): its content has no defaults.</summary>
    Struct,
}

/// <summary>How many values a field has.</summary>
internal enum CardShape
{
    One,
    List,
    /// <summary>An object from names to values; a name that is there counts, whatever its value.</summary>
    Map,
}

/// <summary>Whether a field that has its default value is written (A2A 1.0 §8.4.1, rule 1).</summary>
internal enum CardPresence
{
    /// <summary>Left out where it has its default.</summary>
    Implicit,
    /// <summary>Written where it was set, to whatever value.</summary>
    Optional,
    /// <summary>Always written.</summary>
    Required,
}

/// <summary>One field of a message of the card.</summary>
internal sealed record CardField(string Name, CardKind Kind, CardShape Shape = CardShape.One, CardPresence Presence = CardPresence.Implicit, CardMessage? Of = null);

/// <summary>One message of the card. <paramref name="IsChoice"/>: at most one of its fields is set (<c>oneof</c>).</summary>
internal sealed record CardMessage(string Name, bool IsChoice, IReadOnlyList<CardField> Fields);

/// <summary>The card's messages with their fields and presence, as <c>a2a.proto</c> 1.0 declares them.</summary>
internal static class CardSchema
{
    private static readonly CardMessage Interface = Message("interface", Required("url"), Required("protocolBinding"), Text("tenant"), Required("protocolVersion"));
    private static readonly CardMessage Provider = Message("provider", Required("url"), Required("organization"));
    private static readonly CardMessage Extension = Message("extension", Text("uri"), Text("description"), Flag("required"), new("params", CardKind.Struct));
    private static readonly CardMessage Capabilities = Message("capabilities",
        Optional("streaming", CardKind.Flag), Optional("pushNotifications", CardKind.Flag), Many("extensions", Extension), Optional("extendedAgentCard", CardKind.Flag));
    private static readonly CardMessage Scopes = Message("scopes", new CardField("list", CardKind.Text, CardShape.List));
    private static readonly CardMessage Requirement = Message("security requirement", new CardField("schemes", CardKind.Message, CardShape.Map, Of: Scopes));
    private static readonly CardMessage Skill = Message("skill",
        Required("id"), Required("name"), Required("description"), Required("tags", CardShape.List), Texts("examples"), Texts("inputModes"), Texts("outputModes"), Many("securityRequirements", Requirement));

    private static readonly CardField ScopeNames = new("scopes", CardKind.Text, CardShape.Map, CardPresence.Required);
    private static readonly CardField FreeScopeNames = ScopeNames with { Presence = CardPresence.Implicit };
    private static readonly CardMessage Flows = Choice("flows",
        One("authorizationCode", Message("authorizationCode", Required("authorizationUrl"), Required("tokenUrl"), Text("refreshUrl"), ScopeNames, Flag("pkceRequired"))),
        One("clientCredentials", Message("clientCredentials", Required("tokenUrl"), Text("refreshUrl"), ScopeNames)),
        One("implicit", Message("implicit", Text("authorizationUrl"), Text("refreshUrl"), FreeScopeNames)),
        One("password", Message("password", Text("tokenUrl"), Text("refreshUrl"), FreeScopeNames)),
        One("deviceCode", Message("deviceCode", Required("deviceAuthorizationUrl"), Required("tokenUrl"), Text("refreshUrl"), ScopeNames)));
    private static readonly CardMessage Scheme = Choice("security scheme",
        One("apiKeySecurityScheme", Message("apiKeySecurityScheme", Text("description"), Required("location"), Required("name"))),
        One("httpAuthSecurityScheme", Message("httpAuthSecurityScheme", Text("description"), Required("scheme"), Text("bearerFormat"))),
        One("oauth2SecurityScheme", Message("oauth2SecurityScheme", Text("description"), One("flows", Flows) with { Presence = CardPresence.Required }, Text("oauth2MetadataUrl"))),
        One("openIdConnectSecurityScheme", Message("openIdConnectSecurityScheme", Text("description"), Required("openIdConnectUrl"))),
        One("mtlsSecurityScheme", Message("mtlsSecurityScheme", Text("description"))));

    /// <summary>The field that signatures are in: the one that they don't cover.</summary>
    public const string Signatures = "signatures";

    /// <summary>The card itself.</summary>
    public static CardMessage Card { get; } = Message("card",
        Required("name"), Required("description"), Many("supportedInterfaces", Interface) with { Presence = CardPresence.Required }, One("provider", Provider), Required("version"),
        Optional("documentationUrl", CardKind.Text), One("capabilities", Capabilities) with { Presence = CardPresence.Required },
        new("securitySchemes", CardKind.Message, CardShape.Map, Of: Scheme), Many("securityRequirements", Requirement),
        Required("defaultInputModes", CardShape.List), Required("defaultOutputModes", CardShape.List), Many("skills", Skill) with { Presence = CardPresence.Required },
        Optional("iconUrl", CardKind.Text));

    private static CardMessage Message(string name, params CardField[] fields) => new(name, IsChoice: false, fields);
    private static CardMessage Choice(string name, params CardField[] fields) => new(name, IsChoice: true, fields);
    private static CardField Text(string name) => new(name, CardKind.Text);
    private static CardField Texts(string name) => new(name, CardKind.Text, CardShape.List);
    private static CardField Flag(string name) => new(name, CardKind.Flag);
    private static CardField Required(string name, CardShape shape = CardShape.One) => new(name, CardKind.Text, shape, CardPresence.Required);
    private static CardField Optional(string name, CardKind kind) => new(name, kind, Presence: CardPresence.Optional);
    private static CardField One(string name, CardMessage of) => new(name, CardKind.Message, Of: of);
    private static CardField Many(string name, CardMessage of) => new(name, CardKind.Message, CardShape.List, Of: of);
}
