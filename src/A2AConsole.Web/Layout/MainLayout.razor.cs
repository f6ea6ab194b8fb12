using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace A2AConsole.Web.Layout;

/// <summary>Rail, top bar and page. A page that fails leaves the rest usable.</summary>
public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? _boundary;

    [Inject] public required NavigationManager Navigation { get; init; }

    // With a base address, a bare "#main" would lead to the Overview.
    private string Here => "/" + Navigation.ToBaseRelativePath(Navigation.Uri).Split('#')[0];

    protected override void OnInitialized() => Navigation.LocationChanged += Moved;

    private void Moved(object? sender, LocationChangedEventArgs e) => _boundary?.Recover();

    public void Dispose() => Navigation.LocationChanged -= Moved;
}
