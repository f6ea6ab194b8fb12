using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace A2AConsole.Core.Attestation.Tpm;

/// <summary>What the measurements of one register must be, event by event.</summary>
/// <param name="Required">SHA-256 digests of which each must have been measured.</param>
/// <param name="Allowed">Digests that may have been measured besides.</param>
public sealed record TpmEventPolicy(IReadOnlyList<string> Required, IReadOnlyList<string> Allowed);

/// <summary>
/// An entry's reference values for evidence of the kind <c>tpm</c>:
/// <code>
/// {
///   "ekRoots": ["-----BEGIN CERTIFICATE-----…"],
///   "pcrs": { "0": ["3d458cfe…", "…"], "7": ["…"] },
///   "events": { "4": { "required": ["…"], "allowed": ["…"] } }
/// }
/// </code>
/// <c>ekRoots</c>: certificates of the TPM vendors' authorities, PEM; may be left out where the site has configured them. <c>pcrs</c>: by register
/// (SHA-256 bank), its allowed values, lower-case hex. <c>events</c>: by register, the digests of the measurements in it; such a register needs the event
/// log. The quote must be over exactly the registers that are named.
/// </summary>
public sealed class TpmReference
{
    private const int MaxRoots = 32;
    private const int MaxDigests = 256;
    private const int DigestLength = 2 * SHA256.HashSizeInBytes;

    private TpmReference()
    {
    }

    /// <summary>The vendors' authorities that the entry names; empty: the site's.</summary>
    public IReadOnlyList<X509Certificate2> EndorsementRoots { get; private set; } = [];

    /// <summary>Allowed values by register, lower-case hex.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<string>> Values { get; private set; } = new Dictionary<int, IReadOnlyList<string>>();

    /// <summary>Measurements by register.</summary>
    public IReadOnlyDictionary<int, TpmEventPolicy> Events { get; private set; } = new Dictionary<int, TpmEventPolicy>();

    /// <summary>The registers that must be quoted: bit n for register n.</summary>
    public uint Registers => Values.Keys.Concat(Events.Keys).Aggregate(0u, (map, register) => map | (1u << register));

    /// <summary>Reads reference values, or says what is wrong with them. Never throws.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out TpmReference? reference, [NotNullWhen(false)] out string? error)
    {
        reference = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = "The reference values of a TPM are a JSON object with \"pcrs\", \"events\" or both.";
            return false;
        }
        var read = new TpmReference();
        error = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            error ??= !seen.Add(member.Name)
                ? $"\"{member.Name}\" is there twice."
                : member.Name switch
                {
                    "ekRoots" => read.ReadRoots(member.Value),
                    "pcrs" => read.ReadValues(member.Value),
                    "events" => read.ReadEvents(member.Value),
                    _ => $"\"{Shortened(member.Name)}\" is no member that is known; there are \"ekRoots\", \"pcrs\" and \"events\".",
                };
        }
        error ??= read.Registers == 0 ? "No register is named: without \"pcrs\" or \"events\" a quote would prove nothing." : null;
        if (error is null)
            reference = read;
        return error is null;
    }

    private string? ReadRoots(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > MaxRoots)
            return string.Create(CultureInfo.InvariantCulture, $"\"ekRoots\" is a list of 1 to {MaxRoots} certificates in PEM.");
        var roots = new List<X509Certificate2>();
        foreach (var item in json.EnumerateArray())
        {
            try
            {
                if (item.ValueKind != JsonValueKind.String)
                    return "\"ekRoots\" holds something else than PEM.";
                var root = X509Certificate2.CreateFromPem(item.GetString());
                if (root.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true }
                    || !root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData))
                    return "\"ekRoots\" holds a certificate that is no vendor's root: intermediates come with the agent.";
                roots.Add(root);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidOperationException)
            {
                return "\"ekRoots\" holds something that is no certificate in PEM.";
            }
        }
        EndorsementRoots = roots;
        return null;
    }

    private string? ReadValues(JsonElement json)
    {
        var values = new Dictionary<int, IReadOnlyList<string>>();
        var error = ReadRegisters(json, "pcrs", (register, item) =>
        {
            if (ReadDigests(item, $"register {register} of \"pcrs\"", out var digests) is { } wrong)
                return wrong;
            values[register] = digests;
            return digests.Count == 0 ? $"Register {register} of \"pcrs\" allows no value at all." : null;
        });
        Values = values;
        return error;
    }

    private string? ReadEvents(JsonElement json)
    {
        var events = new Dictionary<int, TpmEventPolicy>();
        var error = ReadRegisters(json, "events", (register, item) =>
        {
            if (!TcgEventLog.HasBootLog(register))
                return $"Register {register} of \"events\" is set by a dynamic launch, which no boot log records: give its value under \"pcrs\".";
            if (item.ValueKind != JsonValueKind.Object || item.EnumerateObject().Any(m => m.Name is not ("required" or "allowed")))
                return $"Register {register} of \"events\" is an object with \"required\" and, if need be, \"allowed\".";
            IReadOnlyList<string> required = [], allowed = [];
            if (item.TryGetProperty("required", out var list) && ReadDigests(list, $"\"required\" of register {register}", out required) is { } wrong)
                return wrong;
            if (item.TryGetProperty("allowed", out list) && ReadDigests(list, $"\"allowed\" of register {register}", out allowed) is { } alsoWrong)
                return alsoWrong;
            events[register] = new TpmEventPolicy(required, allowed);
            // With nothing required, a boot that measures nothing would pass.
            return required.Count == 0 ? $"Register {register} of \"events\" requires no event: a boot that measures nothing would pass." : null;
        });
        Events = events;
        return error;
    }

    private static string? ReadRegisters(JsonElement json, string name, Func<int, JsonElement, string?> read)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return $"\"{name}\" is an object whose members are numbers of registers.";
        var seen = new HashSet<int>();
        foreach (var member in json.EnumerateObject())
        {
            if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var register) || register >= PcrValues.Registers
                || register.ToString(CultureInfo.InvariantCulture) != member.Name)
                return $"\"{Shortened(member.Name)}\" in \"{name}\" is no register: they are numbered from 0 to {PcrValues.Registers - 1}.";
            if (!seen.Add(register))
                return $"Register {register} is there twice in \"{name}\".";
            if (read(register, member.Value) is { } error)
                return error;
        }
        return null;
    }

    private static string? ReadDigests(JsonElement json, string where, out IReadOnlyList<string> digests)
    {
        digests = [];
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > MaxDigests)
            return $"What {where} holds is not a list of at most {MaxDigests} digests.";
        var read = new List<string>();
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: DigestLength } text || !text.All(char.IsAsciiHexDigit))
                return $"What {where} holds is not a SHA-256 digest in {DigestLength} hexadecimal digits.";
            read.Add(text.ToLowerInvariant());
        }
        digests = read;
        return null;
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
