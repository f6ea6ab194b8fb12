using A2AConsole.Core.Attestation.Tpm;
using A2AConsole.Testing.Tpm;

namespace A2AConsole.Trust.Tests.Attestation.Tpm;

/// <summary>What was measured beside what the entry expects: register values and the events behind them.</summary>
public sealed class TpmMeasurementTests
{
    [Fact]
    public async Task Another_register_value_is_drift_with_both_values()
    {
        using var exchange = new TpmExchange();
        var expected = exchange.Tpm.Registers[7];
        exchange.Tpm.Extend(7, TpmExchange.Digest("secure boot off"));
        var appraisal = await exchange.AppraiseAsync(await exchange.EvidenceAsync());
        Assert.Equal(TpmCodes.PcrDrift, appraisal.Code);
        Assert.True(appraisal.IsDrift);
        var claim = appraisal.Claims.Single(c => !c.Matches);
        Assert.Equal(("pcr.7", TpmExchange.Hex(exchange.Tpm.Registers[7]), TpmExchange.Hex(expected)), (claim.Name, claim.Measured, claim.Reference));
        Assert.Contains("pcr.7", appraisal.Detail, StringComparison.Ordinal);
        // Who drifted is known: it is the TPM that was challenged.
        Assert.NotNull(appraisal.Runtime);
    }

    [Fact]
    public async Task Known_events_are_affirmed_and_each_unknown_one_is_drift()
    {
        using var exchange = new TpmExchange();
        exchange.Reference = Events(exchange, required: "loader", allowed: "kernel");
        var appraisal = await exchange.AppraiseAsync(await exchange.EvidenceAsync(0x10, withLog: true));
        Assert.Null(appraisal.Code);
        Assert.Equal("2 events, all known", appraisal.Claims.Single(c => c.Name == "event.4").Measured);

        exchange.Reference = Events(exchange, required: "loader");
        appraisal = await exchange.AppraiseAsync(await exchange.EvidenceAsync(0x10, withLog: true));
        Assert.Equal(TpmCodes.EventDrift, appraisal.Code);
        Assert.True(appraisal.IsDrift);
        var claim = appraisal.Claims.Single(c => !c.Matches);
        Assert.Equal(("event.4.1", TpmExchange.Hex(TpmExchange.Digest("kernel")), TpmExchange.Hex(TpmExchange.Digest("loader"))), (claim.Name, claim.Measured, claim.Reference));
    }

    [Fact]
    public async Task A_required_event_that_was_not_measured_is_drift()
    {
        using var exchange = new TpmExchange();
        exchange.Reference = Events(exchange, required: "policy", allowed: "kernel loader");
        var appraisal = await exchange.AppraiseAsync(await exchange.EvidenceAsync(0x10, withLog: true));
        Assert.Equal(TpmCodes.EventDrift, appraisal.Code);
        var claim = appraisal.Claims.Single(c => !c.Matches);
        Assert.Equal(("event.4", "not measured", TpmExchange.Hex(TpmExchange.Digest("policy"))), (claim.Name, claim.Measured, claim.Reference));
    }

    [Fact]
    public async Task Where_the_entry_has_events_the_log_must_come()
    {
        using var exchange = new TpmExchange();
        exchange.Reference = Events(exchange, required: "loader", allowed: "kernel");
        Assert.True((await exchange.ChallengeAsync()).Challenge!.Value.GetProperty("eventLog").GetBoolean());
        TpmExchange.AssertRefused(TpmCodes.EventLogMissing, await exchange.AppraiseAsync(await exchange.EvidenceAsync(0x10)));
    }

    [Fact]
    public async Task A_log_that_does_not_lead_to_the_quoted_values_is_refused()
    {
        using var exchange = new TpmExchange();
        exchange.Reference = Events(exchange, required: "loader", allowed: "kernel");
        var (loader, kernel) = (TpmExchange.Digest("loader"), TpmExchange.Digest("kernel"));
        foreach (var log in new[]
        {
            new EventLogWriter().Measure(4, loader), // truncated
            new EventLogWriter().Measure(4, kernel).Measure(4, loader), // another order
            new EventLogWriter().Measure(4, loader).Measure(4, kernel).Measure(4, kernel), // one more
            new EventLogWriter().Measure(4, loader).Measure(5, kernel), // into another register
            new EventLogWriter().Measure(4, loader).Measure(4, kernel, type: TcgEvent.NoAction), // said to extend nothing
            new EventLogWriter().Measure(7, loader), // nothing of the register at all
            new EventLogWriter(), // nothing at all
        })
        {
            exchange.Log = log.ToArray();
            TpmExchange.AssertRefused(TpmCodes.EventLogMismatch, await exchange.AppraiseAsync(await exchange.EvidenceAsync(0x10, withLog: true)));
        }
    }

    [Fact]
    public async Task A_truncated_log_is_refused_wherever_it_ends()
    {
        using var exchange = new TpmExchange();
        exchange.Reference = Events(exchange, required: "loader", allowed: "kernel");
        var whole = exchange.Log;
        var evidence = await exchange.EvidenceAsync(0x10, withLog: true);
        Assert.True((await exchange.AppraiseAsync(evidence)).IsAffirming);
        for (var length = 0; length < whole.Length; length++)
        {
            evidence["eventLog"] = Convert.ToBase64String(whole.AsSpan(0, length));
            var appraisal = await exchange.AppraiseAsync(evidence);
            Assert.Contains(appraisal.Code, new[] { TpmCodes.EventLogMalformed, TpmCodes.EventLogMismatch });
            Assert.False(appraisal.IsDrift);
        }
    }

    [Fact]
    public async Task A_log_that_comes_without_need_must_fit_all_the_same()
    {
        using var exchange = new TpmExchange();
        exchange.Log = new EventLogWriter().Measure(7, TpmExchange.Digest("another boot")).ToArray();
        TpmExchange.AssertRefused(TpmCodes.EventLogMismatch, await exchange.AppraiseAsync(await exchange.EvidenceAsync(withLog: true)));
        exchange.Log = [1, 2, 3];
        TpmExchange.AssertRefused(TpmCodes.EventLogMalformed, await exchange.AppraiseAsync(await exchange.EvidenceAsync(withLog: true)));
    }

    [Fact]
    public async Task Differences_are_recorded_up_to_a_bound()
    {
        using var exchange = new TpmExchange();
        var log = new EventLogWriter();
        for (var i = 0; i < 200; i++)
        {
            exchange.Tpm.Extend(8, TpmExchange.Digest($"module {i}"));
            log.Measure(8, TpmExchange.Digest($"module {i}"));
        }
        exchange.Log = log.ToArray();
        exchange.Reference = TpmExchange.Json($$"""{ "ekRoots": [{{TpmExchange.Pem(exchange.Vendor.Root)}}], "events": { "8": { "required": ["{{new string('1', 64)}}"] } } }""");
        var appraisal = await exchange.AppraiseAsync(await exchange.EvidenceAsync(0x100, withLog: true));
        Assert.Equal(TpmCodes.EventDrift, appraisal.Code);
        Assert.InRange(appraisal.Claims.Count, 2, 40);
    }

    private static System.Text.Json.JsonElement Events(TpmExchange exchange, string required, string allowed = "")
        => TpmExchange.Json($$"""{ "ekRoots": [{{TpmExchange.Pem(exchange.Vendor.Root)}}], "events": { "4": { "required": [{{Digests(required)}}], "allowed": [{{Digests(allowed)}}] } } }""");

    private static string Digests(string names)
        => string.Join(',', names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => $"\"{TpmExchange.Hex(TpmExchange.Digest(n))}\""));
}
