using A2AConsole.Core.Admission;
using A2AConsole.Data.Ledger;
using CsCheck;

namespace A2AConsole.Data.Tests.Ledger;

public sealed class LedgerPropertyTests
{
    private enum Step { Admit, Mixed, Refuse, Retry, Record, FailingRecord, Restart, Concurrent }

    [Fact]
    public Task Any_interleaving_leaves_a_ledger_that_proves_every_leaf_and_every_earlier_head()
        => Gen.Select(Gen.Enum<Step>(), Gen.Int[1, 40]).Array[4, 14].SampleAsync(async steps =>
        {
            await using var site = await LedgerSite.StartAsync(configure: options => options.QuarantinePerMinute = 20);
            var heads = new List<LedgerHead> { site.Ledger.Head };
            var admitted = new Dictionary<long, string>();
            foreach (var (step, count) in steps)
                heads.Add(await RunAsync(site, step, count, admitted));
            await site.VerifyAsync(heads);
            foreach (var (leaf, id) in admitted)
                Assert.Equal([leaf], await site.Reader.FindAsync(id));
        }, iter: 12, threads: 1);

    private static async Task<LedgerHead> RunAsync(LedgerSite site, Step step, int count, Dictionary<long, string> admitted)
    {
        switch (step)
        {
            case Step.Admit or Step.Concurrent:
                var requests = Enumerable.Range(0, step == Step.Concurrent ? 8 : 1).Select(n => Enumerable.Range(0, count).Select(_ => site.Item()).ToArray()).ToList();
                foreach (var (items, result) in requests.Zip(await Task.WhenAll(requests.Select((items, n) => site.AdmitAsync(1 + n % 2, items)))))
                    Note(items, result, admitted);
                break;
            case Step.Mixed:
                var mixed = Enumerable.Range(0, count).Select(i => site.Item(refusal: i % 3 == 1 ? RefusalCode.Stale : null, schema: i % 5 == 0 ? RefusalCode.UnknownType : null)).ToArray();
                Note(mixed, await site.AdmitAsync(mixed), admitted);
                break;
            case Step.Refuse:
                await site.AdmitAsync([.. Enumerable.Range(0, count).Select(_ => site.Item(refusal: RefusalCode.Malformed))]);
                break;
            case Step.Retry:
                var retries = Enumerable.Range(0, count).Select(i => site.Item(key: $"key-{i % 3}")).ToArray();
                Note(retries, await site.AdmitAsync(retries), admitted);
                break;
            case Step.Record:
                await site.Ledger.RecordAsync(LedgerSite.Note("record"));
                break;
            case Step.FailingRecord:
                await Assert.ThrowsAsync<NotSupportedException>(() => site.Ledger.RecordAsync(LedgerSite.Note("never"), (_, _) => throw new NotSupportedException()));
                break;
            case Step.Restart:
                await site.RestartAsync();
                site.Time.Advance(TimeSpan.FromSeconds(count));
                break;
        }
        return site.Ledger.Head;
    }

    private static void Note(AdmissionItem[] items, AdmissionResult result, Dictionary<long, string> admitted)
    {
        for (var i = 0; i < items.Length; i++)
            if (result.Items[i].Verdict == ItemVerdict.Admitted)
                admitted.Add(result.Items[i].LeafIndex!.Value, items[i].Facts!.MessageId);
    }
}
