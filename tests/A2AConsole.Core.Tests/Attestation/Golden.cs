namespace A2AConsole.Core.Tests.Attestation;

/// <summary>What others made: files beside the tests, whose origin their README says.</summary>
internal static class Golden
{
    public static byte[] Tpm(string name) => Read("Tpm", name);

    public static byte[] SevSnp(string name) => Read("SevSnp", name);

    private static byte[] Read(string folder, string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Attestation", folder, "Golden", name));
}
