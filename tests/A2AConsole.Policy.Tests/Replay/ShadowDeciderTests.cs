using A2AConsole.Core.Policies;
using A2AConsole.Policy.Replay;

namespace A2AConsole.Policy.Tests.Replay;

/// <summary>A shadow sees what the active bundle decides, and never touches it.</summary>
public sealed class ShadowDeciderTests
{
    private static readonly BundleId Bundle = new("b", "1", "sha256:0");

    [Fact]
    public async Task The_active_verdict_is_the_answer_and_differences_are_listed()
    {
        using var active = Cedar.DeciderOf("@id(\"p\") permit (principal, action, resource);");
        using var draft = Cedar.DeciderOf("@id(\"p\") permit (principal, action, resource); @id(\"f\") forbid (principal, action, resource) when { context.amount > 5 };");
        var shadow = new ShadowDecider(active, draft, TimeProvider.System);
        for (var i = 0; i < 10; i++)
            Assert.Equal(PolicyVerdict.Allow, (await shadow.DecideAsync(Cedar.Request(i))).Verdict);
        await shadow.DisposeAsync();
        Assert.Equal((10, 4, 0, 0), (shadow.Compared, shadow.Different, shadow.LeftOut, shadow.Failed));
        Assert.Equal([6L, 7L, 8L, 9L], shadow.Differences.Select(d => ((PolicyValue.Whole)d.Request.Context.Members["amount"]).Value));
        Assert.All(shadow.Differences, d => Assert.Equal((PolicyVerdict.Allow, PolicyVerdict.Deny), (d.Active.Verdict, d.Shadow.Verdict)));
    }

    [Fact]
    public async Task A_shadow_that_fails_or_hangs_costs_the_answer_nothing()
    {
        using var active = Cedar.DeciderOf("@id(\"p\") permit (principal, action, resource);");
        var gate = new TaskCompletionSource();
        var hanging = new ShadowDecider(active, new Stub(async () =>
        {
            await gate.Task;
            throw new InvalidOperationException("the shadow failed");
        }), TimeProvider.System, queue: 2);
        for (var i = 0; i < 20; i++)
            Assert.Equal(PolicyVerdict.Allow, (await hanging.DecideAsync(Cedar.Request(i))).Verdict);
        Assert.InRange(hanging.LeftOut, 17, 18);
        gate.SetResult();
        await hanging.DisposeAsync();
        Assert.Equal(20, hanging.LeftOut + hanging.Failed);
        Assert.Empty(hanging.Differences);
    }

    [Fact]
    public async Task Only_the_latest_differences_are_kept()
    {
        var shadow = new ShadowDecider(new Stub(() => Task.FromResult(new PolicyDecision(PolicyVerdict.Allow, [], [], [], Bundle))), new Stub(() => Task.FromResult(new PolicyDecision(PolicyVerdict.Deny, [], [], [], Bundle))), TimeProvider.System, kept: 3);
        for (var i = 0; i < 10; i++)
            await shadow.DecideAsync(Cedar.Request(i));
        await shadow.DisposeAsync();
        Assert.Equal(10, shadow.Different);
        Assert.Equal([7L, 8L, 9L], shadow.Differences.Select(d => ((PolicyValue.Whole)d.Request.Context.Members["amount"]).Value));
    }

    private sealed class Stub(Func<Task<PolicyDecision>> decide) : IPolicyDecider
    {
        public async ValueTask<PolicyDecision> DecideAsync(DecisionRequest request, CancellationToken cancellationToken = default) => await decide();
    }
}
