namespace Grpc.Core;

/// <summary>Writes a stream of messages, one at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written; null: at once.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message and waits until the connection takes it, so a slow reader slows the writer down.</summary>
    /// <param name="message">The message.</param>
    Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <summary>Writes a message and waits until the connection takes it, so a slow reader slows the writer down.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the call is then lost, since part of the message may have been sent.</param>
    Task WriteAsync(T message, CancellationToken cancellationToken);
}
