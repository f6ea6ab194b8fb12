using A2AConsole.Data.Writing;
using Microsoft.Extensions.Hosting;

namespace A2AConsole.Data.Startup;

/// <summary>
/// Makes sure that the writer runs once the host has started, even when nobody needed it yet: what a crash left open is closed
/// then. Not earlier, since the trust domain has to be opened for its signing key.
/// </summary>
internal sealed class LedgerStartup(LedgerWriter writer) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken) => writer.StartAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
