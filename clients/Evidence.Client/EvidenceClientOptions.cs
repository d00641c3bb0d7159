namespace Evidence.Client;

/// <summary>Limits and habits of an <see cref="EvidenceClient"/>.</summary>
public sealed record EvidenceClientOptions
{
    /// <summary>Largest answer that is taken from a node, in bytes.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>How often a read is tried again when the node cannot be reached. Besides reads only uploads under a number are repeated.</summary>
    public int ReadRetries { get; init; } = 3;

    /// <summary>The wait before the first repetition; doubled, with jitter, for each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often in a row an upload is gone on with when not a byte more has reached the node since the time before.</summary>
    public int UploadRetries { get; init; } = 10;

    /// <summary>What is shown to the node; null: nothing.</summary>
    public NodeCredentials? Credentials { get; init; }

    /// <summary>How long a node may take over each message of an answer that comes in many, before it counts as one that does not answer.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Measures deadlines and waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
