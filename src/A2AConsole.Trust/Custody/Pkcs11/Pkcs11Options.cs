namespace A2AConsole.Trust.Custody.Pkcs11;

/// <summary>Where the authority's keys are kept.</summary>
public enum CustodyKind
{
    /// <summary>Encrypted files in the key directory: the default.</summary>
    File,
    /// <summary>A hardware module, spoken to by PKCS#11.</summary>
    Pkcs11,
}

/// <summary>Which module and token, section <c>A2AConsole:Trust:Pkcs11</c>.</summary>
public sealed class Pkcs11Options
{
    /// <summary>The environment variable that carries the user PIN when no setting does.</summary>
    public const string PinVariable = "A2ACONSOLE_PKCS11_PIN";

    /// <summary>The module's library, e.g. <c>/usr/lib/softhsm/libsofthsm2.so</c>.</summary>
    public string Library { get; set; } = "";

    /// <summary>The label of the token in it.</summary>
    public string TokenLabel { get; set; } = "";

    /// <summary>The user PIN; null: <see cref="PinVariable"/>.</summary>
    public string? Pin { get; set; }

    /// <summary>What the keys' labels begin with, so that several sites can share a token.</summary>
    public string LabelPrefix { get; set; } = "a2aconsole-";

    /// <summary>Sessions that sign side by side.</summary>
    public int Sessions { get; set; } = 8;
}
