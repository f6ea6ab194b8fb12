using A2AConsole.Policy.Bundles;
using A2AConsole.Policy.Engine;

namespace A2AConsole.Policy.Active;

/// <summary>The policy engine of this process: loaded once, when it is first needed.</summary>
public sealed class PolicyEngine(PolicyOptions options) : IDisposable
{
    private readonly Lazy<CedarModule> _module = new(() => CedarModule.Load(new CedarOptions(options.CacheDirectory)));

    /// <summary>Why there is none, in a sentence with what to do; null when there is one. Loads it.</summary>
    public string? WhyNone
    {
        get
        {
            try
            {
                _ = _module.Value;
                return null;
            }
            catch (Exception e) when (e is CedarMissingException or CedarFaultException)
            {
                return Sentence(e.Message);
            }
        }
    }

    /// <summary>The engine. Throws <see cref="CedarMissingException"/> or <see cref="CedarFaultException"/>.</summary>
    public CedarModule Module => _module.Value;

    /// <summary>Loads and validates a bundle.</summary>
    public LoadedBundle Load(BundleFiles files) => new BundleLoader(Module).Load(files);

    /// <summary>A decider for one bundle.</summary>
    public CedarDecider Decider(PolicyBundle bundle) => new(Module, bundle, new CedarDeciderOptions(Deadline: options.Deadline));

    /// <summary>A decider for work that nobody waits for at the edge: tests, replays.</summary>
    public CedarDecider PatientDecider(PolicyBundle bundle) => new(Module, bundle, new CedarDeciderOptions(Deadline: TimeSpan.FromSeconds(10), Patience: TimeSpan.FromMinutes(1), CacheEntries: 0));

    internal static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + (text.EndsWith('.') ? "" : ".");

    public void Dispose()
    {
        if (_module.IsValueCreated)
            _module.Value.Dispose();
    }
}
