using A2AConsole.Data.Entities;

namespace A2AConsole.Web.Pages.Authority;

/// <summary>Authorities and their steps as the screen says them.</summary>
public static class AuthorityWords
{
    public static string Of(AnchorState state) => state switch
    {
        AnchorState.Prepared => "Prepared",
        AnchorState.Active => "In use",
        AnchorState.Retired => "Retired",
        AnchorState.Tainted => "Given up",
        AnchorState.Revoked => "Revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>What a state means for agents.</summary>
    public static string Means(AnchorState state) => state switch
    {
        AnchorState.Prepared => "in the bundle, signs nothing yet",
        AnchorState.Active => "signs what is issued now",
        AnchorState.Retired => "signs nothing new; what it signed counts",
        AnchorState.Tainted => "what it signed is to be replaced, and counts until it is",
        AnchorState.Revoked => "nothing it signed counts",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>Root or issuing CA.</summary>
    public static string Purpose(string purpose) => purpose == "root" ? "Root" : "Issuing CA";

    /// <summary>The steps of a rotation with what each does.</summary>
    public static IReadOnlyList<(AnchorState State, string Verb, string Does)> Steps { get; } =
    [
        (AnchorState.Prepared, "Prepare", "A new key and certificate are made and put into the trust bundle. Agents fetch it by themselves; nobody notices."),
        (AnchorState.Active, "Activate", "It signs from now on; the one before is retired. Agents come over with their next renewal."),
        (AnchorState.Tainted, "Taint", "A retired one is given up: whoever still lives by it must renew. Certificates still count, so nobody is cut off."),
        (AnchorState.Revoked, "Revoke", "Nothing that it signed counts any more; connections that rest on it are closed. Only when no agent lives by it, or in an emergency."),
    ];
}
