using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Registration;
using A2AConsole.Data.Queries;
using A2AConsole.Trust;
using A2AConsole.Web.Pages.Agents;
using A2AConsole.Web.Access;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace A2AConsole.Web.Pages.Entries;

/// <summary>Makes or changes an entry: judged by the registrations' own rules while it is typed, kept only when they hold.</summary>
public sealed partial class EntryDialog
{
    private EntryForm _form = new();
    private IReadOnlyList<EntryFault> _faults = [];
    private IReadOnlyList<string> _differences = [];
    private TierShortfall? _shortfall;
    private string? _refused;
    private bool _busy;

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }
    /// <summary>The entry to change; null to make one.</summary>
    [Parameter] public EntryRow? Row { get; set; }

    [Inject] public required IRegistrations Registrations { get; init; }
    [Inject] public required EntryActions Actions { get; init; }
    [Inject] public required CurrentUser Me { get; init; }
    [Inject] public required AlgorithmPolicySource Policies { get; init; }
    [Inject] public required TimeProvider Clock { get; init; }

    private IEnumerable<string> Algorithms
        => Policies.Current.UsableFor(AlgorithmUses.AgentKey, Clock.GetUtcNow()).Select(a => a.Id).Union(_form.Algorithms, StringComparer.Ordinal);

    private string PostQuantum
        => string.Join(" or ", Policies.Current.UsableFor(AlgorithmUses.Envelope, Clock.GetUtcNow()).Where(a => a.IsPostQuantum).Select(a => a.Name)) is { Length: > 0 } some ? some : "none is accepted now";

    protected override void OnInitialized()
    {
        if (Row is not null)
            _form = EntryForm.Of(Row.Entry.Terms);
        Check();
    }

    private static string Proves(string kind) => kind switch
    {
        EvidenceKind.JoinToken => "somebody let it in",
        EvidenceKind.Kubernetes => "where it runs, by its cluster's word",
        EvidenceKind.Image => "what it runs, by its builder's word",
        EvidenceKind.Tpm => "what it booted, by its machine's TPM",
        EvidenceKind.SevSnp => "what it runs in, by its processor",
        _ => "",
    };

    private void Check()
    {
        var terms = _form.Terms;
        _faults = Registrations.Check(terms);
        _shortfall = TierRule.Of(terms);
        _differences = Row is null ? [] : EntryDifference.Between(Row.Entry.Terms, terms);
    }

    private void Left(string field)
    {
        _form.Leave(field);
        Check();
    }

    private void Toggle(string algorithm, bool on)
    {
        if (on)
            _form.Algorithms.Add(algorithm);
        else
            _form.Algorithms.Remove(algorithm);
        Left(nameof(EntryTerms.KeyAlgorithms));
    }

    private void Require(string kind, bool on)
    {
        _form.Evidence.RemoveAll(e => e.Kind == kind);
        if (on)
            _form.Evidence.Add(new EvidenceField(kind));
        Left(nameof(EntryTerms.Evidence));
    }

    private string? FaultOf(string field) => _form.IsLeft(field) ? _faults.FirstOrDefault(f => f.Field == field)?.Message : null;

    private RenderFragment Fault(string field) => builder =>
    {
        if (FaultOf(field) is not { } fault)
            return;
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "fault");
        builder.AddAttribute(2, "role", "alert");
        builder.AddContent(3, fault);
        builder.CloseElement();
    };

    private RenderFragment Field(string field, string label, string value, Action<string> set, string? hint = null) => builder =>
    {
        builder.OpenComponent<LabelledInput>(0);
        builder.SetKey(field);
        builder.AddComponentParameter(1, nameof(LabelledInput.Id), "entry-" + field.ToLowerInvariant());
        builder.AddComponentParameter(2, nameof(LabelledInput.Label), label);
        builder.AddComponentParameter(3, nameof(LabelledInput.Value), value);
        builder.AddComponentParameter(4, nameof(LabelledInput.Fault), FaultOf(field));
        builder.AddComponentParameter(5, nameof(LabelledInput.Hint), hint);
        builder.AddComponentParameter(6, nameof(LabelledInput.Typed), EventCallback.Factory.Create<string>(this, v =>
        {
            set(v);
            Check();
        }));
        builder.AddComponentParameter(7, nameof(LabelledInput.Left), EventCallback.Factory.Create(this, () => Left(field)));
        builder.CloseComponent();
    };

    private async Task SaveAsync()
    {
        _form.LeaveAll();
        Check();
        if (_faults.Count > 0 || _busy)
            return;
        _busy = true;
        var id = Row?.Entry.Id ?? 0;
        _refused = await TriedAsync(async () =>
        {
            if (Row is null)
                id = (await Actions.CreateAsync(await Me.ActingAsync(), _form.Terms)).Id;
            else
                await Actions.ChangeAsync(await Me.ActingAsync(), id, _form.Terms, Row.Entry.Digest);
        });
        _busy = false;
        if (_refused is null)
            Dialog.Close(DialogResult.Ok(id));
    }

    /// <summary>Null when it was done, else why not.</summary>
    internal static async Task<string?> TriedAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception refusal) when (refusal is NotPermittedException or EntryRefusedException)
        {
            return refusal.Message;
        }
        catch (Data.Ledger.LedgerUnavailableException)
        {
            return "The ledger did not take it: nothing was changed. Try again.";
        }
    }
}
