using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>A record that waits for its batch.</summary>
/// <param name="Record">Its parts.</param>
/// <param name="Seal">Its seal.</param>
/// <param name="SealBytes">The seal as it is stored.</param>
/// <param name="Cancellation">Takes it out of the queue, unless it is being written.</param>
internal sealed record PendingAppend(StagedRecord Record, Seal Seal, byte[] SealBytes, CancellationToken Cancellation)
{
    /// <summary>Length of the record in a volume; the leaf's digits do not change it.</summary>
    internal long Length { get; } = new RecordLayout(Seal, SealBytes.Length, 0).Length;

    /// <summary>SHA-256 of the seal's bytes.</summary>
    internal Digest SealSha256 { get; } = Digest.Of(SealBytes);

    internal TaskCompletionSource<Appended> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
