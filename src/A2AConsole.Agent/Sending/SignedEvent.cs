namespace A2AConsole.Sdk;

/// <summary>A message as it was signed: what travels, and what it is known by.</summary>
/// <param name="MessageId">The event's id.</param>
/// <param name="Digest">SHA-256 of the signed payload, lower-case hex: what the ledger's leaf records.</param>
/// <param name="Envelope">The DSSE envelope, UTF-8 JSON; in a signed batch the event's own JSON.</param>
/// <param name="Expires">Until when it may be admitted (UTC).</param>
public sealed record SignedEvent(string MessageId, string Digest, ReadOnlyMemory<byte> Envelope, DateTimeOffset Expires);
