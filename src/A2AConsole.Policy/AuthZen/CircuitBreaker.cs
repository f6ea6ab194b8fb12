namespace A2AConsole.Policy.AuthZen;

/// <summary>
/// Spares a decision point that does not answer, and those who wait for it: after so many failures in a row nobody asks for a while; then one caller tries. Thread-safe.
/// </summary>
public sealed class CircuitBreaker(int failures, TimeSpan pause, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _inARow;
    private DateTimeOffset _openUntil;
    private bool _trying;

    /// <summary>Whether nobody may ask at present.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return _inARow >= failures && (_trying || time.GetUtcNow() < _openUntil);
        }
    }

    /// <summary>Whether this caller may ask. Whoever may must tell how it went.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_inARow < failures)
                return true;
            if (_trying || time.GetUtcNow() < _openUntil)
                return false;
            return _trying = true;
        }
    }

    public void Succeeded()
    {
        lock (_gate)
            (_inARow, _trying) = (0, false);
    }

    public void Failed()
    {
        lock (_gate)
        {
            _trying = false;
            if (++_inARow >= failures)
                _openUntil = time.GetUtcNow() + pause;
        }
    }

    /// <summary>The caller gave up before it knew: neither success nor failure.</summary>
    public void GaveUp()
    {
        lock (_gate)
            _trying = false;
    }
}
