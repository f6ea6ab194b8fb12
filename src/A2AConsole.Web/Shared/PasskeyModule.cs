using Microsoft.JSInterop;

namespace A2AConsole.Web.Shared;

/// <summary>What a ceremony in the browser ended with.</summary>
/// <param name="Fault">Why it failed, in a sentence; null when it did not.</param>
/// <param name="Said">What was done, in a sentence.</param>
public sealed record PasskeyAnswer(string? Fault, string? Said);

/// <summary>The browser's half of passkeys (<c>js/passkeys.js</c>).</summary>
public sealed class PasskeyModule(IJSRuntime js, string address) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>Makes a passkey and has the server keep it.</summary>
    public Task<PasskeyAnswer> EnrolAsync(string name) => CallAsync("enrol", name);

    /// <summary>Has a decision signed and recorded.</summary>
    public Task<PasskeyAnswer> DecideAsync(int approval, string choice, string reason, long? limit, bool inBulk = false) => CallAsync("decide", approval, choice, reason, limit, inBulk);

    private async Task<PasskeyAnswer> CallAsync(string function, params object?[] arguments)
    {
        try
        {
            _module ??= await js.InvokeAsync<IJSObjectReference>("import", address);
            // A person looks for her key, and types a PIN: longer than what a call usually takes.
            return await _module.InvokeAsync<PasskeyAnswer>(function, TimeSpan.FromMinutes(5), arguments);
        }
        catch (Exception e) when (e is JSException or OperationCanceledException)
        {
            return new PasskeyAnswer("The browser did not finish it. Try again.", null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone already.
        }
    }
}
