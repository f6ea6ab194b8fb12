using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Web.Pages.Approvals;
using A2AConsole.Web.Shared;
using Bunit;
using Microsoft.AspNetCore.Components;

namespace A2AConsole.Web.Tests.Approvals;

/// <summary>Several requests approved with one reason: one signature each.</summary>
public sealed class TogetherTests : BunitContext
{
    private readonly List<string> _said = [];
    private int _cleared;

    private static ApprovalRow Row(int id, long cost) => new(id, $"Approve the purchase {id}", "spiffe://acme.example/a", "buyer", "Acme", "", "approvePurchase", "1.00", "EUR", cost, "EUR", 20, "medium", 1, 0,
        ApprovalState.Pending, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1), null, null, null, "g", $"m-{id}", null);

    private IRenderedComponent<ApprovalsTogether> Open(params ApprovalRow[] rows) => Render<ApprovalsTogether>(p => p.Add(c => c.Chosen, rows)
        .Add(c => c.Approved, EventCallback.Factory.Create<string>(this, said => _said.Add(said))).Add(c => c.Cleared, EventCallback.Factory.Create(this, () => _cleared++)));

    private BunitJSModuleInterop Module() => JSInterop.SetupModule("/js/passkeys.js");

    [Fact]
    public async Task Each_is_signed_by_itself_with_the_one_reason()
    {
        var module = Module();
        module.Setup<PasskeyAnswer>("decide", _ => true).SetResult(new PasskeyAnswer(null, "Approved."));
        var together = Open(Row(3, 100_00), Row(5, 250_00));
        Assert.Equal("2 requests chosen, together EUR 350.00", together.Find("h2").TextContent);
        together.Find("#together-reason").Input("  for the season ");
        await together.Find("form").SubmitAsync();
        together.WaitForAssertion(() => Assert.Equal(1, _cleared));
        Assert.Equal([[3, "Approve", "for the season", null, true], [5, "Approve", "for the season", null, true]], module.Invocations["decide"].Select(i => i.Arguments.ToArray()));
        Assert.Equal(["2 requests were approved with one reason, each signed by itself."], _said);
    }

    [Fact]
    public async Task What_is_cancelled_ends_it_and_says_what_waits()
    {
        var module = Module();
        module.Setup<PasskeyAnswer>("decide", i => Equals(i.Arguments[0], 3)).SetResult(new PasskeyAnswer(null, "Approved."));
        module.Setup<PasskeyAnswer>("decide", i => Equals(i.Arguments[0], 5)).SetResult(new PasskeyAnswer("The passkey was not used.", null));
        var together = Open(Row(3, 0), Row(5, 0), Row(7, 0));
        Assert.Equal("3 requests chosen", together.Find("h2").TextContent);
        together.Find("#together-reason").Input("for the season");
        await together.Find("form").SubmitAsync();
        together.WaitForAssertion(() => Assert.Equal("Approve the purchase 5: The passkey was not used. 1 request was approved before; the others wait.", together.Find("#together-fault").TextContent));
        Assert.Equal(2, module.Invocations["decide"].Count);
        Assert.Equal((1, 0), (_said.Count, _cleared));
    }

    [Fact]
    public async Task Without_a_reason_nothing_is_signed()
    {
        var module = Module();
        var together = Open(Row(3, 0));
        await together.Find("form").SubmitAsync();
        Assert.StartsWith("Say why", together.Find("#together-fault").TextContent, StringComparison.Ordinal);
        Assert.Empty(module.Invocations["decide"]);
    }
}
