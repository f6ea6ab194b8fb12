using A2AConsole.Data;
using A2AConsole.Detection;
using A2AConsole.Ingest;
using A2AConsole.Policy.Active;
using A2AConsole.Trust;

namespace A2AConsole.Web.Hosting.Settings;

/// <summary>Looks the settings through as a whole before anything starts: a typing error is no default.</summary>
internal static class SettingsCheck
{
    /// <summary>Throws <see cref="SettingsException"/> with one sentence for each fault.</summary>
    public static void Require(IConfiguration configuration)
    {
        var faults = Faults(configuration);
        if (faults.Count > 0)
            throw new SettingsException(faults);
    }

    public static IReadOnlyList<string> Faults(IConfiguration configuration)
    {
        var names = SettingNames.Faults(configuration);
        // What cannot be read has no value whose bounds could be looked at.
        if (names.Count > 0)
            return names;
        var (data, trust, ingest, policy, detection) = (new DataOptions(), new TrustOptions(), new IngestOptions(), new PolicyOptions(), new DetectionOptions());
        configuration.GetSection("A2AConsole:Data").Bind(data);
        configuration.GetSection(TrustOptions.Section).Bind(trust);
        configuration.GetSection(IngestOptions.Section).Bind(ingest);
        configuration.GetSection(PolicyOptions.Section).Bind(policy);
        configuration.GetSection(DetectionOptions.Section).Bind(detection);
        return [.. SettingBounds.Faults(data, trust, ingest, policy, detection)];
    }
}

/// <summary>Settings that cannot be; a sentence each.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
