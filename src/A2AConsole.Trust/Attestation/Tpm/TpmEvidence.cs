using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using A2AConsole.Core.Attestation;
using A2AConsole.Core.Attestation.Tpm;

namespace A2AConsole.Trust.Attestation.Tpm;

/// <summary>
/// What an attester with a TPM answers with:
/// <code>
/// { "secret": base64, "quote": base64 TPMS_ATTEST, "signature": base64 TPMT_SIGNATURE, "pcrs": { "0": hex, … }, "eventLog": base64 }
/// </code>
/// <c>secret</c> is what TPM2_ActivateCredential gave, <c>pcrs</c> the values of the quoted registers, <c>eventLog</c> the firmware's log where there is one.
/// </summary>
internal sealed record TpmEvidence(byte[] Secret, byte[] Quote, byte[] Signature, PcrValues Values, byte[]? EventLog)
{
    /// <summary>Reads evidence, or says why it is refused. Never throws.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out TpmEvidence? evidence, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        try
        {
            return TryReadMembers(json, out evidence, out fault);
        }
        catch (InvalidOperationException)
        {
            // A name or text holds half of a surrogate pair: the JSON reader says so only when it is asked for it.
            (evidence, fault) = (null, Malformed("a text in it is not valid Unicode"));
            return false;
        }
    }

    private static bool TryReadMembers(JsonElement json, [NotNullWhen(true)] out TpmEvidence? evidence, [NotNullWhen(false)] out EvidenceFault? fault)
    {
        evidence = null;
        fault = null;
        byte[]? log = null;
        if (json.ValueKind != JsonValueKind.Object)
            fault = Malformed("it is an object with \"secret\", \"quote\", \"signature\", \"pcrs\" and, where there is one, \"eventLog\"");
        else if (JsonBytes.Member(json, "secret", TpmCredential.SecretSize) is not { } secret)
            fault = Malformed($"\"secret\" is missing or not base64 of at most {TpmCredential.SecretSize} bytes");
        else if (JsonBytes.Member(json, "quote", TpmQuote.MaxSize) is not { } quote)
            fault = Malformed($"\"quote\" is missing or not base64 of at most {TpmQuote.MaxSize} bytes");
        else if (JsonBytes.Member(json, "signature", TpmSignature.MaxSize) is not { } signature)
            fault = Malformed($"\"signature\" is missing or not base64 of at most {TpmSignature.MaxSize} bytes");
        else if (ReadValues(json) is not { } values)
            fault = Malformed("\"pcrs\" is missing or not an object of register values in 64 hexadecimal digits");
        else if (json.TryGetProperty("eventLog", out var member) && (log = JsonBytes.Of(member, TcgEventLog.MaxSize)) is null)
            fault = Malformed($"\"eventLog\" is not base64 of at most {TcgEventLog.MaxSize / 1024} KiB");
        else
            evidence = new(secret, quote, signature, values, log);
        return evidence is not null;
    }

    private static PcrValues? ReadValues(JsonElement json)
    {
        if (!json.TryGetProperty("pcrs", out var member) || member.ValueKind != JsonValueKind.Object)
            return null;
        var values = new PcrValues();
        foreach (var item in member.EnumerateObject())
        {
            if (!int.TryParse(item.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var register)
                || item.Value.ValueKind != JsonValueKind.String || item.Value.GetString() is not { Length: 2 * PcrValues.Size } hex || !hex.All(char.IsAsciiHexDigit)
                || !values.TryAdd(register, Convert.FromHexString(hex)))
                return null;
        }
        return values;
    }

    private static EvidenceFault Malformed(string why) => new(TpmCodes.EvidenceMalformed, $"The evidence of a TPM is malformed: {why}.");
}
