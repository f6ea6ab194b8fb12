using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Attacks;

/// <summary>
/// One order is asked for, and while people look at it (or have approved it) another comes under its name, for more: an approval is bound to the digest of its message, so it covers nothing else.
/// </summary>
internal sealed partial class SwappedOrderAttack : IAttack
{
    public string Name => "swapped-order";

    public bool NeedsPolicy => true;

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.ProcurementApprover);
        using var connection = stage.Connect(identity);
        var order = stage.Story.AnyPurchase(stage.Time.GetUtcNow());
        var asked = await AttackStage.PostAsync(connection, stage.Sign(WithLimit(order, "72400.00"), identity, Name).Envelope, cancellationToken);
        var swapped = await AttackStage.PostAsync(connection, stage.Sign(WithLimit(order, "184000.00"), identity, Name).Envelope, cancellationToken);
        // While as many as may wait do so already, neither is taken.
        if (asked.Decision == "approvals-full")
            return [new Attempt("an order of EUR 72,400 while ten others wait", "approvals-full", asked.Decision)];
        return
        [
            new Attempt("an order of EUR 72,400", "approval-required", asked.Decision ?? asked.Code),
            new Attempt("another of EUR 184,000 under its name", "approval-digest", swapped.Decision ?? swapped.Code),
        ];
    }

    /// <summary>The same order up to another amount.</summary>
    internal static StoryMessage WithLimit(StoryMessage order, string amount)
        => order with { Data = Encoding.UTF8.GetBytes(LimitMember().Replace(Encoding.UTF8.GetString(order.Data.Span), $"\"limit\":{{\"amount\":\"{amount}\"", 1)) };

    [GeneratedRegex("\"limit\":\\{\"amount\":\"[0-9.]+\"")]
    private static partial Regex LimitMember();
}

/// <summary>An agent floods its approvers, so that somebody clicks without reading: its requests stand together, and beyond a number no more are taken.</summary>
internal sealed class ApprovalFloodAttack(int messages) : IAttack
{
    public string Name => "approval-flood";

    public bool NeedsPolicy => true;

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.ApPayment);
        using var connection = stage.Connect(identity);
        var answers = new List<string>();
        for (var i = 0; i < messages; i++)
        {
            var payment = new StoryMessage(Cast.ApPayment, "invoice.payment.requested", Cast.ErpConnector.SpiffeId, $"flood-{i}", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $$"""{"requestId":"pay-{{Guid.NewGuid().ToString("N")[..8]}}","poNumber":"{{4_500_900_000 + i}}","payee":"{{Goods.Suppliers[0].Gln}}","ibanDigest":"sha256:{{new string('c', 64)}}","amount":{"amount":"{{81_000 + i}}.00","currency":"EUR"},"dueDate":"2026-12-24"}""")));
            var verdict = await AttackStage.PostAsync(connection, stage.Sign(payment, identity, Name).Envelope, cancellationToken);
            answers.Add(verdict.Decision ?? verdict.Code);
        }
        return
        [
            new Attempt($"{messages} payments that need two people each, at once", "approvals-full", answers[^1]),
            new Attempt("none of them allowed", "none", answers.Contains("allow") ? "some" : "none"),
        ];
    }
}
