namespace A2AConsole.Sdk;

/// <summary>What the edge says about this agent, and how far the two clocks are apart.</summary>
/// <param name="SpiffeId">As whom the edge knows the agent.</param>
/// <param name="Serial">The certificate in use, lower-case hex.</param>
/// <param name="NotAfter">Its end (UTC).</param>
/// <param name="ServerTime">The edge's clock when it answered (UTC).</param>
/// <param name="ClockSkew">The edge's clock minus this machine's, exact to half of <paramref name="RoundTrip"/>. Beyond about a
/// minute the edge refuses events as <c>not-yet-valid</c>, beyond about five as <c>stale</c>.</param>
/// <param name="RoundTrip">How long the question took.</param>
public sealed record WhoAmI(string SpiffeId, string Serial, DateTimeOffset NotAfter, DateTimeOffset ServerTime, TimeSpan ClockSkew, TimeSpan RoundTrip);
