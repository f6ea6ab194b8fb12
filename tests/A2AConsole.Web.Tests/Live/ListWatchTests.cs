using A2AConsole.Data;
using A2AConsole.Data.Queries;
using A2AConsole.Data.Users;
using A2AConsole.Testing;
using A2AConsole.Web.Access;
using A2AConsole.Web.Live;
using A2AConsole.Web.Shared.Tables;
using A2AConsole.Web.Tests.Events;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using EventsPage = A2AConsole.Web.Pages.Events.Events;

namespace A2AConsole.Web.Tests.Live;

/// <summary>The Events page with a browser that takes its time: a visitor may be gone before it has answered.</summary>
public sealed class ListWatchTests : BunitContext, IClassFixture<EventSite>
{
    private readonly SlowBrowser _browser = new();

    public ListWatchTests(EventSite site)
    {
        Services.AddSingleton(site.Site.Ledger);
        Services.AddSingleton(site.Site.Reader);
        Services.AddSingleton(site.Site.Time);
        Services.AddSingleton(site.Site.Get<IDbContextFactory<ConsoleDbContext>>());
        Services.AddSingleton<EventQueries>();
        Services.AddSingleton<LiveFeed>();
        Services.AddSingleton<ConsoleUsers>();
        Services.AddScoped<CurrentUser>();
        Services.AddScoped<TablePreferences>();
        this.AddAuthorization();
        Services.AddSingleton<IJSRuntime>(_browser);
        SetRendererInfo(new RendererInfo("Server", true));
    }

    [Fact]
    public async Task Who_stays_has_the_list_watched_until_she_leaves()
    {
        Render<EventsPage>();
        await AnswerAsync(_browser.AnswerImport);
        await AnswerAsync(_browser.AnswerWatch);
        await DisposeComponentsAsync();
        Assert.Equal(["import", "watchList", "watch: dispose", "watch released", "module released"], _browser.Calls);
    }

    [Fact]
    public async Task Who_leaves_before_the_script_has_come_is_asked_nothing_about_her_list()
    {
        Render<EventsPage>();
        await DisposeComponentsAsync();
        await AnswerAsync(_browser.AnswerImport);
        // Its list and its reference are gone: to hand them to the browser fails, and takes the next page along.
        Assert.Equal(["import", "module released"], _browser.Calls);
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    [Fact]
    public async Task Who_leaves_while_the_list_is_handed_over_leaves_nothing_behind()
    {
        Render<EventsPage>();
        await AnswerAsync(_browser.AnswerImport);
        await DisposeComponentsAsync();
        await AnswerAsync(_browser.AnswerWatch);
        Assert.Equal(["import", "watchList", "module released", "watch: dispose", "watch released"], _browser.Calls);
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    [Fact]
    public async Task Who_leaves_while_the_list_is_handed_over_does_not_hear_that_it_failed()
    {
        Render<EventsPage>();
        await AnswerAsync(_browser.AnswerImport);
        await DisposeComponentsAsync();
        await AnswerAsync(() => _browser.FailWatch(new JSException("Cannot read properties of null (reading 'addEventListener')")));
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    /// <summary>Ends when everything that followed from the answer has happened: the page's own thread has come to what is asked after it.</summary>
    private Task AnswerAsync(Action answer)
    {
        answer();
        return Renderer.Dispatcher.InvokeAsync(() => { });
    }

    /// <summary>Answers when it is told to.</summary>
    private sealed class SlowBrowser : IJSRuntime
    {
        // What awaits an answer goes on within it.
        private readonly TaskCompletionSource<IJSObjectReference> _import = new(), _watch = new();

        public List<string> Calls { get; } = [];

        public void AnswerImport() => _import.SetResult(new Part(this, "module"));

        public void AnswerWatch() => _watch.SetResult(new Part(this, "watch"));

        public void FailWatch(Exception why) => _watch.SetException(why);

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            Calls.Add(identifier);
            Assert.Equal("import", identifier);
            return Typed<TValue>(_import.Task);
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        private static async ValueTask<TValue> Typed<TValue>(Task<IJSObjectReference> answer) => (TValue)await answer.ConfigureAwait(false);

        private sealed class Part(SlowBrowser browser, string name) : IJSObjectReference
        {
            public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
            {
                browser.Calls.Add(name == "module" ? identifier : $"{name}: {identifier}");
                return identifier == "watchList" ? Typed<TValue>(browser._watch.Task) : default;
            }

            public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

            public ValueTask DisposeAsync()
            {
                browser.Calls.Add(name + " released");
                return ValueTask.CompletedTask;
            }
        }
    }
}
