using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace A2AConsole.Core.Attestation.SevSnp;

/// <summary>
/// An entry's reference values for evidence of the kind <c>sev-snp</c>:
/// <code>
/// {
///   "arks": ["-----BEGIN CERTIFICATE-----…"],
///   "measurements": ["…96 hexadecimal digits…"],
///   "minTcb": { "bootLoader": 3, "tee": 0, "snp": 8, "microcode": 115 },
///   "allowSmt": true, "allowMigrationAgent": false, "requireSingleSocket": false,
///   "vmpl": 0, "minGuestSvn": 0, "hostData": ["…64 hexadecimal digits…"]
/// }
/// </code>
/// The first three are needed: AMD's root keys, the guests that may run, and the oldest firmware. The others stand here with what they are when left out, but
/// for <c>hostData</c>, which then is not looked at. A guest that may be debugged is never accepted.
/// </summary>
public sealed class SnpReference
{
    private const int MaxItems = 256;
    private const int MaxRoots = 16;

    private static readonly string[] TcbMembers = ["bootLoader", "tee", "snp", "microcode"];

    private SnpReference()
    {
    }

    public IReadOnlyList<X509Certificate2> Roots { get; private set; } = [];
    /// <summary>Lower-case hex.</summary>
    public IReadOnlyList<string> Measurements { get; private set; } = [];
    public SnpTcb? MinTcb { get; private set; }
    public bool AllowSmt { get; private set; } = true;
    public bool AllowMigrationAgent { get; private set; }
    public bool RequireSingleSocket { get; private set; }
    public uint Vmpl { get; private set; }
    public uint MinGuestSvn { get; private set; }
    /// <summary>Lower-case hex; empty: not looked at.</summary>
    public IReadOnlyList<string> HostData { get; private set; } = [];

    /// <summary>Reads reference values, or says what is wrong with them. Never throws.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out SnpReference? reference, [NotNullWhen(false)] out string? error)
    {
        reference = null;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = "The reference values of SEV-SNP are a JSON object with \"arks\", \"measurements\" and \"minTcb\".";
            return false;
        }
        var read = new SnpReference();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        error = null;
        foreach (var member in json.EnumerateObject())
            error ??= seen.Add(member.Name) ? read.Read(member.Name, member.Value) : $"\"{member.Name}\" is there twice.";
        error ??= read.Roots.Count == 0 ? "\"arks\" is missing: without AMD's root keys nobody's report can be believed."
            : read.Measurements.Count == 0 ? "\"measurements\" is missing: without it any guest would do."
            : read.MinTcb is null ? "\"minTcb\" is missing: without it firmware with known holes would do."
            : null;
        if (error is null)
            reference = read;
        return error is null;
    }

    private string? Read(string name, JsonElement value)
    {
        switch (name)
        {
            case "arks":
                return ReadRoots(value);
            case "measurements":
                return Texts(value, name, 2 * SnpReport.MeasurementSize, list => Measurements = list);
            case "hostData":
                return Texts(value, name, 64, list => HostData = list);
            case "minTcb":
                return ReadTcb(value);
            case "allowSmt":
                return Flag(value, name, flag => AllowSmt = flag);
            case "allowMigrationAgent":
                return Flag(value, name, flag => AllowMigrationAgent = flag);
            case "requireSingleSocket":
                return Flag(value, name, flag => RequireSingleSocket = flag);
            case "vmpl":
                return Number(value, name, 3, number => Vmpl = number);
            case "minGuestSvn":
                return Number(value, name, uint.MaxValue, number => MinGuestSvn = number);
            default:
                return $"\"{(name.Length <= 40 ? name : name[..40] + "…")}\" is no member that is known.";
        }
    }

    private string? ReadRoots(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > MaxRoots)
            return string.Create(CultureInfo.InvariantCulture, $"\"arks\" is a list of 1 to {MaxRoots} certificates in PEM.");
        var roots = new List<X509Certificate2>();
        foreach (var item in json.EnumerateArray())
        {
            try
            {
                if (item.ValueKind != JsonValueKind.String)
                    return "\"arks\" holds something else than PEM.";
                var root = X509Certificate2.CreateFromPem(item.GetString());
                if (!root.SubjectName.RawData.AsSpan().SequenceEqual(root.IssuerName.RawData))
                    return "\"arks\" holds a certificate that is no root: the signing key (ASK) comes with the agent.";
                roots.Add(root);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException or InvalidOperationException)
            {
                return "\"arks\" holds something that is no certificate in PEM.";
            }
        }
        Roots = roots;
        return null;
    }

    private string? ReadTcb(JsonElement json)
    {
        const string shape = "\"minTcb\" is an object with \"bootLoader\", \"tee\", \"snp\" and \"microcode\", each from 0 to 255.";
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Count() != 4)
            return shape;
        var numbers = new byte[4];
        foreach (var (index, name) in TcbMembers.Index())
        {
            if (!json.TryGetProperty(name, out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetByte(out numbers[index]))
                return shape;
        }
        MinTcb = new SnpTcb(numbers[0], numbers[1], numbers[2], numbers[3]);
        return null;
    }

    private static string? Texts(JsonElement json, string name, int length, Action<IReadOnlyList<string>> set)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() is 0 or > MaxItems)
            return $"\"{name}\" is a list of 1 to {MaxItems} values in hexadecimal digits.";
        var read = new List<string>();
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { } text || text.Length != length || !text.All(char.IsAsciiHexDigit))
                return $"\"{name}\" holds something else than {length} hexadecimal digits.";
            read.Add(text.ToLowerInvariant());
        }
        set(read);
        return null;
    }

    private static string? Flag(JsonElement json, string name, Action<bool> set)
    {
        if (json.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return $"\"{name}\" is true or false.";
        set(json.GetBoolean());
        return null;
    }

    private static string? Number(JsonElement json, string name, uint max, Action<uint> set)
    {
        if (json.ValueKind != JsonValueKind.Number || !json.TryGetUInt32(out var number) || number > max)
            return $"\"{name}\" is a whole number from 0 to {max}.";
        set(number);
        return null;
    }
}
