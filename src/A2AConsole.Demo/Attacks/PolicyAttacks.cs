using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using A2AConsole.Demo.Story;
using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Attacks;

/// <summary>The forecaster's stolen key writes a purchase in the forecaster's own name: every check passes, and its role may not.</summary>
internal sealed class LateralAttack : IAttack
{
    public string Name => "lateral-movement";

    public bool NeedsPolicy => true;

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var forecast = stage.Steal(Cast.Forecast);
        var order = SwappedOrderAttack.WithLimit(stage.Story.AnyPurchase(stage.Time.GetUtcNow()), "4900.00") with { Sender = Cast.Forecast };
        using var connection = stage.Connect(forecast);
        var verdict = await AttackStage.PostAsync(connection, stage.Sign(order, forecast, Name).Envelope, cancellationToken);
        return [new Attempt("a purchase written by forecast, whose key was stolen", "policy-denied", verdict.Decision ?? verdict.Code)];
    }
}

/// <summary>One order is split into parts, each below what anybody looks at: what they commit for one proposal counts together, so the last one waits for a person.</summary>
internal sealed partial class SplitOrderAttack : IAttack
{
    // Three parts come to 87,000; above 90,000 a person decides.
    private const int Parts = 4;
    private const string Part = "29000.00";

    public string Name => "split-order";

    public bool NeedsPolicy => true;

    public async Task<IReadOnlyList<Attempt>> PlayAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var identity = stage.Steal(Cast.ProcurementApprover);
        using var connection = stage.Connect(identity);
        var order = SwappedOrderAttack.WithLimit(stage.Story.AnyPurchase(stage.Time.GetUtcNow()), Part);
        var whole = "split-" + Guid.NewGuid().ToString("N")[..8];
        var answers = new List<string>();
        for (var i = 0; i < Parts; i++)
        {
            var part = order with { Data = Encoding.UTF8.GetBytes(Names().Replace(Encoding.UTF8.GetString(order.Data.Span), m => string.Create(CultureInfo.InvariantCulture, $"\"{m.Groups[1]}\":\"{whole}{(m.Groups[1].Value == "approvalId" ? $"-{i}" : "")}\""))) };
            var verdict = await AttackStage.PostAsync(connection, stage.Sign(part, identity, Name).Envelope, cancellationToken);
            answers.Add(verdict.Decision ?? verdict.Code);
        }
        return
        [
            new Attempt($"{Parts - 1} parts of EUR 29,000", "allow", answers.Take(Parts - 1).FirstOrDefault(a => a != "allow") ?? "allow"),
            // While as many as may wait do so already, it is not even asked for.
            new Attempt("the part with which they come to EUR 116,000", answers[^1] == "approvals-full" ? "approvals-full" : "approval-required", answers[^1]),
        ];
    }

    [GeneratedRegex("\"(approvalId|proposalId)\":\"[^\"]*\"")]
    private static partial Regex Names();
}
