using A2AConsole.Core.Provenance.Lineage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace A2AConsole.Web.Pages.Provenance;

/// <summary>Where a message comes from and what came of it; all of its state is in its URL.</summary>
public sealed partial class ProvenancePage : IDisposable
{
    private ProvenanceView _view = new();
    private ProvenanceModel? _model;
    private ProvenanceNode? _selected;
    private Exception? _failure;
    private string _asked = "";
    private string _read = "";
    private int _turn;

    [Parameter] public string? Id { get; set; }

    [Inject] public required ProvenanceReader Reader { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    private string Says => _model is not null ? ProvenanceWords.Says(_model, _view.Direction) : "What a message derives from, what derives from it, and whether each link holds.";

    /// <inheritdoc/>
    public void Dispose() => Navigation.LocationChanged -= Moved;

    /// <inheritdoc/>
    protected override void OnInitialized() => Navigation.LocationChanged += Moved;

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => ReadAsync();

    private string Turned(LineageDirection direction) => (_view with { Direction = direction, Opened = [], Hidden = [], Node = null }).Url;

    private void Ask()
    {
        if (_asked.Trim() is { Length: > 0 } id)
            Navigation.NavigateTo(new ProvenanceView { Id = id }.Url);
    }

    private async void Moved(object? sender, LocationChangedEventArgs e)
    {
        if (new Uri(e.Location).AbsolutePath != new Uri(new Uri(Navigation.BaseUri), new ProvenanceView { Id = Id }.Url).AbsolutePath)
            return;
        await InvokeAsync(async () =>
        {
            await ReadAsync();
            StateHasChanged();
        });
    }

    private async Task ReadAsync()
    {
        var turn = ++_turn;
        _view = ProvenanceView.Parse(Id, new Uri(Navigation.Uri).Query);
        if (string.IsNullOrEmpty(Id))
        {
            (_model, _selected, _failure) = (null, null, null);
            return;
        }
        try
        {
            // Opening a panel, another size or the table is not worth another walk.
            var wanted = (_view with { Node = null, Zoom = null, AsTable = false }).Url;
            if (_model is null || _read != wanted)
            {
                var model = await Reader.ReadAsync(_view);
                if (turn != _turn)
                    return;
                (_model, _read) = (model, wanted);
            }
            (_selected, _failure) = (_model.Nodes.FirstOrDefault(n => n.Graph.Key == _view.Node), null);
        }
        catch (Exception failure) when (turn == _turn && failure is not OperationCanceledException)
        {
            (_failure, _model) = (failure, null);
        }
    }
}
