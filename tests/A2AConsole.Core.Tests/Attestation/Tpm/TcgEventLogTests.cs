using A2AConsole.Core.Attestation.Tpm;
using CsCheck;

namespace A2AConsole.Core.Tests.Attestation.Tpm;

/// <summary>The boot log: a real one, and every way in which one can be broken.</summary>
public sealed class TcgEventLogTests
{
    /// <summary>What tpm2_eventlog says of the same file.</summary>
    private static readonly Dictionary<int, string> Expected = new()
    {
        [0] = "24af52a4f429b71a3184a6d64cddad17e54ea030e2aa6576bf3a5a3d8bd3328f",
        [1] = "f7dab5fda6b082e0ec1a12c43dd996ee409111422cda752a784620313039db19",
        [2] = "3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969",
        [3] = "3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969",
        [4] = "295aeaeacad1d507930bab18418f905eeda633ea67b2ab94c5e5fd3a4d47ac58",
        [5] = "e4f1359accfe48b19af7d38e98a3f373116b55b7f7a6f58f826f409a91d9fd28",
        [6] = "3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969",
        [7] = "ca37324eeffabd318d30a20f15bf27ce25dc33e2c9856279ff6c2ced58b02efa",
        [8] = "2f2559cae74bb441d75afea5edb78d9a645db9f4bf8dea84bab0861ce6032e18",
        [9] = "9f27883322aaaf043662c27542d9685790c687ea554e4e2ae30f0e099a2e4889",
        [14] = "8351c65483c5419079e8c96758dd2130bee075d71fea226f68ec4eb5bfc71983",
    };

    [Fact]
    public void A_real_boot_replays_to_the_values_that_another_reader_finds()
    {
        Assert.True(TcgEventLog.TryRead(Golden.Tpm("boot-log"), out var log, out var error), error);
        Assert.Equal(Expected, log.Replay().InOrder.ToDictionary(v => v.Key, v => Convert.ToHexStringLower(v.Value)));
    }

    [Fact]
    public void A_real_boot_broken_off_anywhere_is_refused_or_has_other_values()
    {
        var whole = Golden.Tpm("boot-log");
        Assert.True(TcgEventLog.TryRead(whole, out var all, out _));
        for (var length = whole.Length - 1; length > 0; length -= 7)
            Assert.True(!TcgEventLog.TryRead(whole.AsSpan(0, length), out var log, out _) || log.Events.Count < all.Events.Count);
    }

    [Fact]
    public void The_startup_locality_is_what_register_0_begins_with()
    {
        var digest = new byte[32];
        byte[] header = [.. Event(0, 3, 20, [.. "Spec ID Event03\0"u8, 0, 0, 0, 0, 0, 2, 0, 2, 1, 0, 0, 0, 0x0B, 0, 32, 0, 0])];
        byte[] startup = [.. Event2(0, 3, digest, [.. "StartupLocality\0"u8, 3])];
        byte[] measured = [.. Event2(0, 1, digest, [])];
        Assert.True(TcgEventLog.TryRead([.. header, .. startup, .. measured], out var log, out _));
        Assert.Equal(3, log.StartupLocality);
        Assert.Single(log.Events);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData([.. new byte[31], 3, .. digest]), log.Replay()[0]);
        // After a measurement it is too late to say so.
        Assert.True(TcgEventLog.TryRead([.. header, .. measured, .. startup], out log, out _));
        Assert.Equal(0, log.StartupLocality);
        // The registers of a dynamic launch do not begin with zeros, so they are not replayed.
        Assert.True(TcgEventLog.TryRead([.. header, .. Event2(17, 1, digest, [])], out log, out _));
        Assert.Equal(0u, log.Replay().Bitmap);
        Assert.False(TcgEventLog.TryRead([.. header, .. Event2(24, 1, digest, [])], out _, out _));
    }

    [Fact]
    public void Nothing_makes_the_readers_throw()
    {
        var log = Golden.Tpm("boot-log");
        Gen.Int[0, log.Length - 1].Select(Gen.Byte, Gen.Int[0, log.Length]).Sample(change =>
        {
            var (place, value, length) = change;
            var changed = log.AsSpan(0, Math.Max(place + 1, length)).ToArray();
            changed[place] = value;
            if (TcgEventLog.TryRead(changed, out var read, out _))
                read.Replay();
        }, iter: 2_000);
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            _ = TcgEventLog.TryRead(bytes, out _, out _);
            _ = TpmPublic.TryRead(bytes, out _, out _);
            _ = TpmQuote.TryRead(bytes, out _, out _);
            byte[] quote = [0xff, 0x54, 0x43, 0x47, 0x80, 0x18, .. bytes];
            _ = TpmQuote.TryRead(quote, out _, out _);
            byte[] area = [(byte)(bytes.Length + 2 >> 8), (byte)(bytes.Length + 2), 0, (byte)(bytes.Length % 2 == 0 ? 1 : 0x23), .. bytes];
            if (TpmPublic.TryRead(area, out var key, out _))
            {
                _ = TpmKeyRules.CheckAttestationKey(key);
                _ = TpmKeyRules.CheckEndorsementKey(key);
                _ = key.ToPublicKey();
            }
        }, iter: 5_000);
    }

    private static byte[] Event(int register, int type, int digestSize, byte[] data)
        => [.. BitConverter.GetBytes(register), .. BitConverter.GetBytes(type), .. new byte[digestSize], .. BitConverter.GetBytes(data.Length), .. data];

    private static byte[] Event2(int register, int type, byte[] digest, byte[] data)
        => [.. BitConverter.GetBytes(register), .. BitConverter.GetBytes(type), 1, 0, 0, 0, 0x0B, 0, .. digest, .. BitConverter.GetBytes(data.Length), .. data];
}
