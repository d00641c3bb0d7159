using Evidence.V1;

namespace Evidence.Client;

/// <summary>What became of one of many records.</summary>
/// <param name="Draft">The record as it was handed in.</param>
/// <param name="Receipt">The node's receipt; null when the record was not filed.</param>
/// <param name="Failure">
/// Why it was not filed: <see cref="Grpc.Core.RpcException"/> when the node refused it, <see cref="IOException"/> or
/// <see cref="UnauthorizedAccessException"/> when a part could not be read. Null when it was filed.
/// </param>
public sealed record ArchiveOutcome(RecordDraft Draft, ArchiveResponse? Receipt, Exception? Failure);
