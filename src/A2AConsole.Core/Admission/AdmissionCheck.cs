namespace A2AConsole.Core.Admission;

/// <summary>The checks that an event passes, in the order in which they are made.</summary>
public enum AdmissionCheck
{
    Size,
    Rate,
    Parse,
    Signature,
    Freshness,
    Replay,
    Idempotency,
    Schema,
}
