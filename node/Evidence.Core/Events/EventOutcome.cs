namespace Evidence.Core.Events;

/// <summary>How an event ended (PREMIS eventOutcome).</summary>
public enum EventOutcome
{
    /// <summary>It was looked at, or done, to its end, and all was as it must be.</summary>
    Success,

    /// <summary>Something was found wrong, or could not be done.</summary>
    Failure,

    /// <summary>Not all of it could be looked at.</summary>
    Undetermined,
}
