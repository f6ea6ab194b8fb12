using System.Text.Json;
using System.Text.RegularExpressions;
using A2AConsole.E2E.Hosting;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace A2AConsole.E2E;

/// <summary>An auditor proves what happened, and takes the proof away.</summary>
public sealed partial class AuditJourney(ConsoleSite site) : Journey(site)
{
    [Fact]
    public async Task The_chain_is_verified_and_proven_to_continue_what_was_verified_before()
    {
        var page = await AsAsync("auditor", "/audit");
        var verify = page.GetByRole(AriaRole.Button, new() { Name = "Verify" });
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Verify the chain" });

        await verify.ClickAsync();
        await Expect(card.GetByText("The chain holds")).ToBeVisibleAsync();
        await Expect(card).ToContainTextAsync("hashed again, give the checkpoint's root.");

        // New leaves come all the time; the second check proves that they were only added.
        var before = await verify.TextContentAsync();
        await Expect(verify).Not.ToHaveTextAsync(before!);
        await verify.ClickAsync();
        await Expect(card).ToContainTextAsync(ProvenContinuation());
        await Expect(card.GetByText("The chain holds")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_event_is_found_by_its_digest_and_by_its_message_id()
    {
        var page = await AsAsync("auditor", "/audit");
        var (leaf, digest, messageId) = await SomeEventAsync(page);
        foreach (var key in new[] { digest, messageId })
        {
            await GoAsync(page, "/audit");
            await page.GetByLabel("Message id, digest (SHA-256, hex) or leaf number").FillAsync(key);
            await page.GetByRole(AriaRole.Button, new() { Name = "Look it up" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(Site.Address + $"/events/{leaf}");
            await Expect(page.GetByRole(AriaRole.Complementary)).ToContainTextAsync(digest);
        }
    }

    [Fact]
    public async Task Evidence_is_downloaded_and_verifies_on_a_machine_that_trusts_only_the_bundle_and_the_key()
    {
        var page = await AsAsync("auditor", "/audit");
        var key = await page.GetByRole(AriaRole.Button, new() { Name = "Copy verifier key" }).GetAttributeAsync("data-copy");
        var bundle = await DownloadAsync(page, "bundle.pem", "bundle.pem");
        var (leaf, _, _) = await SomeEventAsync(page);
        await GoAsync(page, $"/events/{leaf}?tab=proof");
        var file = await DownloadAsync(page, "Evidence (JSON)", "event.a2a-evidence.json");
        var proof = await DownloadAsync(page, ".tlog-proof", "leaf.tlog-proof");
        Assert.StartsWith("c2sp.org/tlog-proof@v1", await File.ReadAllTextAsync(proof), StringComparison.Ordinal);

        var (exit, output) = await CommandLine.RunAsync("verify", file, "--bundle", bundle, "--ledger-key", key!);
        Assert.True(exit == 0, output);

        // One character of the signed content changed, and it verifies no more.
        using var evidence = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var payload = evidence.RootElement.GetProperty("envelope").GetProperty("payload").GetString()!;
        var changed = file.Replace("event", "changed", StringComparison.Ordinal);
        await File.WriteAllTextAsync(changed, (await File.ReadAllTextAsync(file)).Replace(payload, Tampered(payload), StringComparison.Ordinal));
        (exit, output) = await CommandLine.RunAsync("verify", changed, "--bundle", bundle, "--ledger-key", key!);
        Assert.True(exit == 1, output);
    }

    [Fact]
    public async Task A_refusal_is_proven_as_an_admission_is()
    {
        var page = await AsAsync("auditor", "/audit");
        var key = await page.GetByRole(AriaRole.Button, new() { Name = "Copy verifier key" }).GetAttributeAsync("data-copy");
        var bundle = await DownloadAsync(page, "bundle.pem", "refusal-bundle.pem");
        await GoAsync(page, "/events?range=7d&code=signature-invalid");
        await RefusedEvents(page).First.GetByRole(AriaRole.Link).First.ClickAsync();
        await ChooseTabAsync(page.GetByRole(AriaRole.Complementary), "Proof");
        var file = await DownloadAsync(page, "Evidence (JSON)", "refused.a2a-evidence.json");

        var (exit, output) = await CommandLine.RunAsync("verify", file, "--bundle", bundle, "--ledger-key", key!);
        Assert.True(exit == 0, output);
        Assert.Contains("checked again: signature-invalid", output, StringComparison.Ordinal);
    }

    private async Task<string> DownloadAsync(IPage page, string link, string name)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync());
        var path = Path.Combine(Site.Directory, name);
        await download.SaveAsAsync(path);
        return path;
    }

    /// <summary>
    /// An admitted event of the last day, as the export tells it, and one that nobody has replayed or will: a replay has the same
    /// digest and message id, and the demo's attackers replay what they recorded of their own rounds.
    /// </summary>
    private static async Task<(long Leaf, string Digest, string MessageId)> SomeEventAsync(IPage page)
    {
        var answer = await page.APIRequest.GetAsync("/events/export.json?range=24h");
        using var json = JsonDocument.Parse(await answer.BodyAsync());
        var events = json.RootElement.EnumerateArray().Where(e => e.TryGetProperty("digest", out _) && e.TryGetProperty("messageId", out _)).ToList();
        var times = events.CountBy(e => e.GetProperty("messageId").GetString()!).ToDictionary(StringComparer.Ordinal);
        var some = events.First(e => e.GetProperty("verdict").GetString() == "admitted" && times[e.GetProperty("messageId").GetString()!] == 1
            && !e.GetProperty("demo").GetString()!.StartsWith("attack:", StringComparison.Ordinal));
        return (some.GetProperty("leaf").GetInt64(), some.GetProperty("digest").GetString()!, some.GetProperty("messageId").GetString()!);
    }

    private static string Tampered(string payload)
    {
        var bytes = Convert.FromBase64String(payload);
        var at = bytes.AsSpan().LastIndexOf((byte)'a');
        bytes[at] = (byte)'b';
        return Convert.ToBase64String(bytes);
    }

    [GeneratedRegex(@"The [\d,]+ leaves that you verified are the beginning of these [\d,]+; \d+ hashes prove it\.")]
    private static partial Regex ProvenContinuation();
}
