namespace Grpc.Core;

/// <summary>What a client asks for in one call.</summary>
/// <param name="headers">Metadata to send with the request.</param>
/// <param name="deadline">When the call must have ended, UTC; null: never.</param>
/// <param name="cancellationToken">Cancels the call, on the server too.</param>
/// <param name="writeOptions">How requests are written; null: at once.</param>
public readonly struct CallOptions(
    Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default, WriteOptions? writeOptions = null)
{
    /// <summary>Metadata to send with the request.</summary>
    public Metadata? Headers { get; } = headers;

    /// <summary>When the call must have ended, UTC; null: never.</summary>
    public DateTime? Deadline { get; } = deadline;

    /// <summary>Cancels the call, on the server too.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>How requests are written; null: at once.</summary>
    public WriteOptions? WriteOptions { get; } = writeOptions;

    /// <summary>The same options with other metadata.</summary>
    /// <param name="headers">Metadata to send with the request.</param>
    public CallOptions WithHeaders(Metadata headers) => new(headers, Deadline, CancellationToken, WriteOptions);

    /// <summary>The same options with another deadline.</summary>
    /// <param name="deadline">When the call must have ended, UTC.</param>
    public CallOptions WithDeadline(DateTime deadline) => new(Headers, deadline, CancellationToken, WriteOptions);

    /// <summary>The same options with another token.</summary>
    /// <param name="cancellationToken">Cancels the call, on the server too.</param>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => new(Headers, Deadline, cancellationToken, WriteOptions);
}
