using Evidence.Core;
using Evidence.Node.Logs;
using Evidence.Storage;

namespace Evidence.Node.Services;

/// <summary>Reads what requests have in common.</summary>
internal static class RequestReading
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the text is not a record's number.</exception>
    internal static RecordId RecordIdOf(string text) => RecordId.TryParse(text, out var id)
        ? id
        : throw ServiceCall.InvalidArgument($"'{text}' is not a record's number: a UUID of 36 characters is expected.");

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the bytes are no SHA-256 digest.</exception>
    internal static Digest DigestOf(Google.Protobuf.ByteString sha256) => sha256.Length == Digest.Size
        ? new Digest(sha256.Span)
        : throw ServiceCall.InvalidArgument($"A SHA-256 digest has {Digest.Size} bytes, not {sha256.Length}.");

    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND: this node does not hold the log.</exception>
    internal static LogStore LogOf(NodeLogs logs, string origin) =>
        logs.Find(origin) ?? throw ServiceCall.NotFound($"This node holds no log {origin}; it holds {string.Join(", ", logs.All.Select(l => l.Origin))}.");

    internal static Grpc.Core.RpcException NoSuchRecord(RecordId id) => ServiceCall.NotFound($"No log of this node has the record {id}.");
}
