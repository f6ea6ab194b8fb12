using A2AConsole.Sdk;

namespace A2AConsole.Examples;

/// <summary>A whole agent: enrols once, sends a message, and proves that it is on the ledger.</summary>
public static class HelloLedger
{
    public static async Task<Receipt> RunAsync(Uri authority, string? joinToken, string state)
    {
        await using var agent = await AgentClient.OpenOrEnrollAsync(new AgentOptions { Authority = authority, JoinToken = joinToken, StateDirectory = state });
        agent.RenewalFailed += (_, failure) => Console.Error.WriteLine($"renewal failed: {failure.Error.Message}");

        var message = AgentMessage.Create("demand.signal", new
        {
            signalId = "s1", gtin = "04012345123456", site = "4012345000016", week = "2026-W48",
            qty = new { value = "1200", uom = "EA" }, source = "pos",
        });
        var receipt = await agent.SendAsync(message);
        var proof = await agent.FetchProofAsync(receipt);
        Console.WriteLine($"leaf {receipt.LeafIndex}: {receipt.Verify(proof, agent.LedgerKey).Detail}");
        return receipt;
    }
}
