using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Nodes;
using A2AConsole.Core.Alerts;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Stores;
using A2AConsole.Web.Access;
using A2AConsole.Web.Pages.Api;
using Microsoft.AspNetCore.SignalR;

namespace A2AConsole.Web.Live;

/// <summary>
/// Tells watchers outside of the console of each step on an alert: <c>alert(move, leaf, alert)</c> with the alert as <c>GET /v1/alerts</c> has it.
/// What came before, or while a watcher was away, it reads there: nothing is kept here.
/// </summary>
internal sealed class AlertHub(AlertBroadcast broadcast) : Hub
{
    public const string Path = "/hubs/alerts", Message = "alert";

    public override async Task OnConnectedAsync()
    {
        var user = Context.User!;
        await Groups.AddToGroupAsync(Context.ConnectionId, AlertBroadcast.GroupOf(AlertEndpoints.OwnOnly(user)));
        broadcast.Joined(Context);
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        broadcast.Left(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}

/// <summary>Reads what was done to alerts after each commit, while anybody watches, and ends watchers whose token is no good any more.</summary>
internal sealed class AlertBroadcast(LiveFeed feed, ILedger ledger, AlertFeed alerts, ApiTokens tokens, AlertJson json, IHubContext<AlertHub> hub, ILogger<AlertBroadcast> logger) : BackgroundService
{
    private static readonly TimeSpan TokensLookedAt = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, HubCallerContext> _watchers = new();
    private readonly SemaphoreSlim _turn = new(1);
    private long _next = -1;

    public static string GroupOf(string? owner) => owner is null ? "all" : "owner:" + owner;

    /// <summary>How many watch.</summary>
    public int Watchers => _watchers.Count;

    public void Joined(HubCallerContext context)
    {
        if (_watchers.IsEmpty)
            Interlocked.Exchange(ref _next, ledger.Head.Size);
        _watchers[context.ConnectionId] = context;
    }

    public void Left(string connection) => _watchers.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(_ => TellAsync(stoppingToken));
        using var timer = new PeriodicTimer(TokensLookedAt);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await EndBadAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Ends watchers whose token was revoked, or lost its owner's role, meanwhile.</summary>
    public async Task EndBadAsync(CancellationToken cancellationToken = default)
    {
        foreach (var watcher in _watchers.Values)
        {
            try
            {
                if (watcher.User?.FindFirst(TokenSignIn.TokenClaim)?.Value is not { } id || await tokens.FindAsync(int.Parse(id, CultureInfo.InvariantCulture), cancellationToken) is not { } token
                    || await tokens.GoodAsync(token.Hash, TimeProvider.System.GetUtcNow(), cancellationToken) is null)
                    watcher.Abort();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Who cannot be judged does not go on.
                logger.LogWarning(e, "A watcher's token could not be judged; the watcher is disconnected");
                watcher.Abort();
            }
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        if (_watchers.IsEmpty)
            return;
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var (from, to) = (Interlocked.Read(ref _next), ledger.Head.Size);
            if (to <= from)
                return;
            foreach (var change in await alerts.AlertsAsync(from, to, cancellationToken))
                await TellAsync(change, cancellationToken);
            Interlocked.Exchange(ref _next, to);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning(e, "Watchers could not be told of what was done to alerts; the next commit tries again");
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TellAsync(AlertChange change, CancellationToken cancellationToken)
    {
        var alert = json.Of(change.Alert, whole: false);
        List<string> groups = [GroupOf(null)];
        if (change.Alert.Agent?.Owner is { } owner)
            groups.Add(GroupOf(owner));
        await hub.Clients.Groups(groups).SendAsync(AlertHub.Message, AlertJson.Word(change.Move), change.Leaf, alert, cancellationToken);
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }
}
