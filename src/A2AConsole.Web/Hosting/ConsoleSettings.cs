using System.Runtime.InteropServices;
using A2AConsole.Data;
using A2AConsole.Ingest;
using A2AConsole.Trust.Listening;

namespace A2AConsole.Web.Hosting;

/// <summary>What this process was started as.</summary>
/// <param name="DataDirectory">Where database and keys lie; absolute.</param>
/// <param name="Demo">Whether the demo world runs in it.</param>
/// <param name="Environment">The environment that the top bar names, e.g. <c>production</c>.</param>
/// <param name="Roles">What this process does.</param>
public sealed record ConsoleSettings(string DataDirectory, bool Demo, string Environment, HostRole Roles = HostRole.All)
{
    /// <summary>Whether this process does that.</summary>
    public bool Has(HostRole role) => Roles.HasFlag(role);

    /// <summary>Whether the start prints a link to make another administrator.</summary>
    public bool NewAdminLink { get; init; }

    /// <summary>The embedded database's file.</summary>
    internal const string DatabaseName = "a2aconsole.db";

    /// <summary>Where keys lie.</summary>
    public string KeyDirectory => Path.Combine(DataDirectory, "keys");

    /// <summary>The default data directory.</summary>
    public static string DefaultDirectory => Path.Combine(
        System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData, System.Environment.SpecialFolderOption.Create), "a2aconsole");

    /// <summary>Makes the directories, readable by this user only, and proves that they can be written to.</summary>
    internal void Prepare()
    {
        try
        {
            Make(DataDirectory);
            CloseDatabase();
            Make(KeyDirectory);
            Make(Path.Combine(KeyDirectory, "web"));
            var probe = Path.Combine(DataDirectory, ".write-probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataStartupException(
                $"The data directory {DataDirectory} cannot be written to ({failure.Message.TrimEnd('.')}); choose another one with --data DIR.", failure);
        }
    }

    private static void Make(string path)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // One that was there already, say restored from a backup under another umask, may be readable to other users.
    private void CloseDatabase()
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (var file in Directory.EnumerateFiles(DataDirectory, DatabaseName + "*"))
        {
            if ((File.GetUnixFileMode(file) & ~owner) == 0)
                continue;
            try
            {
                File.SetUnixFileMode(file, owner);
            }
            catch (UnauthorizedAccessException)
            {
                throw new DataStartupException($"{file} is open to other users and is not ours to close; allow only the user that runs this: chmod 600 '{file}'.");
            }
        }
    }

    /// <summary>The edge's and the authority's addresses, as far as they run here.</summary>
    internal static IEnumerable<(string Name, string Address)> OtherListeners(IServiceProvider services) =>
    [
        .. (services.GetService<EdgeAddresses>()?.All ?? []).Select(a => ("Edge", a)),
        .. (services.GetService<AuthorityListener>()?.Addresses ?? []).Select(a => ("Authority", a)),
    ];
}
