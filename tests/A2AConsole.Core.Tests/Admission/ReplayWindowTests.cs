using A2AConsole.Core.Admission;
using CsCheck;

namespace A2AConsole.Core.Tests.Admission;

public sealed class ReplayWindowTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_key_is_remembered_until_its_time_and_not_for_ever()
    {
        var window = new ReplayWindow(seed: 7);
        var key = window.NonceKey("nonce");
        Assert.False(window.Contains(1, key));
        window.Add(1, key, 10 * Minute + 30_000);
        Assert.True(window.Contains(1, key));
        Assert.False(window.Contains(2, key));
        window.Expire(10 * Minute + 30_000);
        Assert.True(window.Contains(1, key));
        window.Expire(11 * Minute);
        Assert.False(window.Contains(1, key));
        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void A_nonce_is_no_message_id_and_another_seed_gives_another_key()
    {
        var window = new ReplayWindow(7);
        Assert.NotEqual(window.NonceKey("a"), window.MessageKey("a"));
        Assert.NotEqual(window.NonceKey("a"), new ReplayWindow(8).NonceKey("a"));
        Assert.Equal(window.NonceKey("a"), new ReplayWindow(7).NonceKey("a"));
    }

    [Fact]
    public void A_nonce_that_comes_again_with_another_expiry_is_found()
    {
        var window = new ReplayWindow(7);
        for (var i = 0; i < 20; i++)
            window.Add(1, (ulong)i, i * Minute);
        for (var i = 0; i < 20; i++)
            Assert.True(window.Contains(1, (ulong)i));
    }

    [Fact]
    public void The_window_says_when_it_is_full()
    {
        var window = new ReplayWindow(7, maxKeysPerAgent: 4, maxKeys: 6);
        window.Add(1, 10, Minute);
        window.Add(1, 11, Minute);
        Assert.True(window.HasRoom(1));
        window.Add(1, 12, Minute);
        Assert.False(window.HasRoom(1));
        window.Add(2, 13, Minute);
        window.Add(2, 14, Minute);
        Assert.False(window.HasRoom(3));
        window.Expire(5 * Minute);
        Assert.True(window.HasRoom(1));
    }

    [Fact]
    public void The_window_agrees_with_plain_sets()
        => Gen.Select(Gen.Int[0, 3], Gen.ULong[2, 300], Gen.Int[0, 20], Gen.Int[0, 40]).Array[1, 2000].Sample(steps =>
        {
            var window = new ReplayWindow(7);
            var model = new Dictionary<(int, ulong), long>();
            var minute = 100L;
            foreach (var (agent, key, lifetime, what) in steps)
            {
                if (what == 0)
                {
                    window.Expire(++minute * Minute);
                    foreach (var gone in model.Where(m => m.Value < minute).ToList())
                        model.Remove(gone.Key);
                }
                if (window.Contains(agent, key) != model.ContainsKey((agent, key)))
                    return false;
                window.Add(agent, key, (minute + lifetime) * Minute + 5);
                model.TryAdd((agent, key), minute + lifetime);
                if (window.Count != model.Count)
                    return false;
            }
            return true;
        }, iter: 200);

    [Fact]
    public void A_set_holds_what_was_added_while_it_grows()
    {
        var set = new KeySet();
        var random = new Random(5);
        var keys = Enumerable.Range(0, 50_000).Select(_ => (ulong)random.NextInt64()).Append(0UL).Distinct().ToList();
        for (var i = 0; i < keys.Count; i++)
        {
            set.Add(keys[i]);
            Assert.True(set.Contains(keys[i]) && set.Contains(keys[i / 2]) && set.Contains(keys[0]));
            Assert.False(set.Contains(keys[i] ^ 0x8000_0000_0000_0000));
        }
        Assert.Equal(keys.Count, set.Count);
        Assert.All(keys, k => Assert.True(set.Contains(k)));
    }
}
