using System.Text;
using A2AConsole.Demo.Live;
using A2AConsole.Demo.World;
using A2AConsole.Sdk;

namespace A2AConsole.Demo.Attacks;

/// <summary>More refusals in a minute than are kept one by one: the rest must be counted into one record.</summary>
internal sealed class FloodAttack(int messages) : IAttack
{
    public string Name => "flood";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.SupplierSupport);
        var payload = Forgery.PayloadOf(stage.Sign(stage.Story.AnyPurchase(stage.Time.GetUtcNow()), identity, Name).Envelope);
        var broken = Forgery.SignAnew(payload, identity);
        // One signature for all of them: each payload differs from what it is over.
        var envelopes = Enumerable.Range(0, messages).Select(i => Encoding.UTF8.GetString(Forgery.Swap(broken, payload.Replace("\"id\":\"", $"\"id\":\"f{i}-", StringComparison.Ordinal))));
        var verdict = await stage.PostAsync(identity, Encoding.UTF8.GetBytes("[" + string.Join(',', envelopes) + "]"), cancellationToken);
        var counted = verdict.Items.Count(i => i.LeafIndex is null);
        return
        [
            new Attempt($"{messages} forged messages at once", "signature-invalid", verdict.Items.Select(i => i.Code).Distinct().SingleOrDefault() ?? verdict.Code),
            new Attempt("those beyond the limit only counted", "summarised", counted > 0 ? "summarised" : "kept one by one"),
        ];
    }
}

/// <summary>What cannot or must not be read: broken JSON, a member twice, an amount as a number, far too much.</summary>
internal sealed class MalformedAttack : IAttack
{
    private const int Oversize = 300 * 1024;

    public string Name => "malformed";

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.ApPayment);
        using var connection = stage.Connect(identity);
        var signed = stage.Sign(stage.Story.AnyPurchase(stage.Time.GetUtcNow()), identity, Name);
        var payload = Forgery.PayloadOf(signed.Envelope);
        var twice = payload.Replace("\"specversion\":\"1.0\"", "\"specversion\":\"1.0\",\"specversion\":\"1.0\"", StringComparison.Ordinal);
        return
        [
            await TryAsync("broken JSON", "malformed", signed.Envelope[..(signed.Envelope.Length / 2)]),
            await TryAsync("a member that appears twice", "duplicate-member", Forgery.SignAnew(twice, identity)),
            await TryAsync("an amount as a number", "schema-violation", Sign("invoice.payment.requested", """{"requestId":"i1","amount":{"amount":1845000,"currency":"EUR"}}""")),
            await TryAsync("an event of 300 KiB", "too-large", Sign("demand.signal", "{\"padding\":\"" + new string('x', Oversize) + "\"}")),
        ];

        async Task<Attempt> TryAsync(string what, string expected, ReadOnlyMemory<byte> body)
            => new(what, expected, (await AttackStage.PostAsync(connection, body, cancellationToken)).Code);

        ReadOnlyMemory<byte> Sign(string type, string data)
            => EventWriter.Sign(new AgentMessage(type, Encoding.UTF8.GetBytes(data)) { Demo = "attack:" + Name }, identity, stage.Time.GetUtcNow(), TimeSpan.FromMinutes(5)).Envelope;
    }
}
