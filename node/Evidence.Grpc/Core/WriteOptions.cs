namespace Grpc.Core;

/// <summary>How the messages of a stream are written.</summary>
/// <param name="flags">Hints.</param>
public class WriteOptions(WriteFlags flags = default)
{
    /// <summary>No hints: every message is sent at once.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>Hints.</summary>
    public WriteFlags Flags { get; } = flags;
}
