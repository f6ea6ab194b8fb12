using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>One measurement of the firmware's log.</summary>
/// <param name="Register">The register that it was extended into.</param>
/// <param name="Type">TCG_EVENTTYPE.</param>
/// <param name="Digest">What was extended, SHA-256 bank.</param>
public sealed record TcgEvent(int Register, uint Type, byte[] Digest)
{
    /// <summary>EV_NO_ACTION: it says something and extends nothing.</summary>
    public const uint NoAction = 3;
}

/// <summary>
/// The measurements that firmware and boot loader logged: TCG PC Client Platform Firmware Profile, chapter 10, crypto-agile form
/// (TCG_PCR_EVENT2), little-endian. A file of Linux: <c>/sys/kernel/security/tpm0/binary_bios_measurements</c>. Anybody can write
/// one: it means something only when its replay gives quoted register values.
/// </summary>
public sealed class TcgEventLog
{
    /// <summary>The longest log that is read, in bytes.</summary>
    public const int MaxSize = 256 * 1024;

    private const int MaxAlgorithms = 8;
    private const int Sha1Size = 20;

    private TcgEventLog(IReadOnlyList<TcgEvent> events, byte locality) => (Events, StartupLocality) = (events, locality);

    /// <summary>The measurements in their order, without those that extend nothing.</summary>
    public IReadOnlyList<TcgEvent> Events { get; }

    /// <summary>The locality of TPM2_Startup, which is what register 0 begins with (0, 3 or 4).</summary>
    public byte StartupLocality { get; }

    /// <summary>Reads a log, or says what is wrong with it. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> log, [NotNullWhen(true)] out TcgEventLog? read, [NotNullWhen(false)] out string? error)
    {
        read = null;
        if (log.Length > MaxSize)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"it is longer than {MaxSize / 1024} KiB");
            return false;
        }
        var reader = new LittleEndianReader(log);
        if (!ReadHeader(ref reader, out var sizes))
        {
            error = "it does not begin with a \"Spec ID Event03\" header that lists SHA-256: only the crypto-agile form is taken";
            return false;
        }
        var events = new List<TcgEvent>();
        byte locality = 0;
        while (!reader.IsComplete)
        {
            var record = ReadEvent(ref reader, sizes, out var data);
            if (record is null || reader.Failed)
            {
                error = string.Create(CultureInfo.InvariantCulture, $"event {events.Count} is broken off or malformed");
                return false;
            }
            if (record.Type != TcgEvent.NoAction)
                events.Add(record);
            else if (record.Register == 0 && data.StartsWith("StartupLocality\0"u8))
                locality = data is [.., var value] && data.Length == 17 && value is 0 or 3 or 4 && !events.Exists(e => e.Register == 0) ? value : locality;
        }
        (read, error) = (new TcgEventLog(events, locality), null);
        return true;
    }

    /// <summary>
    /// The values that the registers have after these measurements. Registers without any are not in it; 17 to 22 neither, which begin
    /// otherwise (with a dynamic launch, that no firmware logs).
    /// </summary>
    public PcrValues Replay()
    {
        var values = new PcrValues();
        foreach (var group in Events.Where(e => HasBootLog(e.Register)).GroupBy(e => e.Register))
        {
            var value = new byte[PcrValues.Size];
            if (group.Key == 0)
                value[^1] = StartupLocality;
            foreach (var record in group)
                value = SHA256.HashData((byte[])[.. value, .. record.Digest]);
            values.TryAdd(group.Key, value);
        }
        return values;
    }

    /// <summary>Whether a register begins with zeros and is extended by what a boot log records.</summary>
    public static bool HasBootLog(int register) => register is >= 0 and <= 16 or 23;

    /// <summary>The first record is in the old form (TCG_PCR_EVENT), so that old readers skip it; it says which digests follow.</summary>
    private static bool ReadHeader(ref LittleEndianReader reader, out Dictionary<ushort, int> sizes)
    {
        sizes = [];
        var (register, type) = (reader.UInt32(), reader.UInt32());
        var digest = reader.Bytes(Sha1Size);
        var data = reader.Bytes(reader.Int32());
        if (reader.Failed || register != 0 || type != TcgEvent.NoAction || digest.ContainsAnyExcept((byte)0))
            return false;
        var header = new LittleEndianReader(data);
        if (!header.Bytes(16).SequenceEqual("Spec ID Event03\0"u8))
            return false;
        header.Bytes(8); // platform class, version, errata, size of a UINTN
        var count = header.UInt32();
        if (count is 0 or > MaxAlgorithms)
            return false;
        for (var i = 0; i < count; i++)
        {
            var (algorithm, size) = (header.UInt16(), header.UInt16());
            var known = TpmAlgorithm.DigestSize(algorithm);
            if (size is 0 or > 64 || (known != 0 && known != size) || !sizes.TryAdd(algorithm, size))
                return false;
        }
        header.Bytes(header.Byte()); // the vendor's own
        return header.IsComplete && sizes.ContainsKey(TpmAlgorithm.Sha256);
    }

    private static TcgEvent? ReadEvent(ref LittleEndianReader reader, Dictionary<ushort, int> sizes, out ReadOnlySpan<byte> data)
    {
        data = [];
        var (register, type, count) = (reader.UInt32(), reader.UInt32(), reader.UInt32());
        // What extends nothing may name no register at all (0xffffffff).
        if ((register >= PcrValues.Registers && type != TcgEvent.NoAction) || count > sizes.Count)
            return null;
        byte[]? digest = null;
        for (var i = 0; i < count; i++)
        {
            var algorithm = reader.UInt16();
            if (!sizes.TryGetValue(algorithm, out var size))
                return null;
            var value = reader.Bytes(size);
            if (algorithm != TpmAlgorithm.Sha256)
                continue;
            if (digest is not null)
                return null;
            digest = value.ToArray();
        }
        data = reader.Bytes(reader.Int32());
        return digest is { Length: PcrValues.Size } ? new TcgEvent(unchecked((int)register), type, digest) : null;
    }

    /// <summary>Like <see cref="TpmReader"/>, for the log's byte order.</summary>
    private ref struct LittleEndianReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool Failed { get; private set; }
        public readonly bool IsComplete => !Failed && _rest.IsEmpty;

        public ReadOnlySpan<byte> Bytes(int count)
        {
            if (Failed || count < 0 || count > _rest.Length)
            {
                Failed = true;
                return [];
            }
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;
        public ushort UInt16() => Bytes(2) is { Length: 2 } two ? BinaryPrimitives.ReadUInt16LittleEndian(two) : (ushort)0;
        public uint UInt32() => Bytes(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;
        public int Int32() => Bytes(4) is { Length: 4 } four ? BinaryPrimitives.ReadInt32LittleEndian(four) : -1;
    }
}
