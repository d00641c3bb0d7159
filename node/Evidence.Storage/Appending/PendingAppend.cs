using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Seals;
using Evidence.Storage.Index;

namespace Evidence.Storage.Appending;

/// <summary>A record that waits until it is durable; the task says where it lies. Continuations never run on the writer's thread.</summary>
/// <param name="record">Its parts.</param>
/// <param name="seal">Its seal.</param>
/// <param name="sealBytes">The seal as it is stored.</param>
/// <param name="cancellation">Takes it out of the queue, unless it is being written.</param>
internal sealed class PendingAppend(StagedRecord record, Seal seal, byte[] sealBytes, CancellationToken cancellation)
    : TaskCompletionSource<Appended>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    internal StagedRecord Record => record;

    internal Seal Seal => seal;

    internal byte[] SealBytes => sealBytes;

    internal CancellationToken Cancellation => cancellation;

    /// <summary>Length of the record in a volume; the leaf's digits do not change it.</summary>
    internal long Length { get; } = RecordLayout.LengthOf(seal, sealBytes.Length);

    /// <summary>Bytes in memory while it is on its way.</summary>
    internal long Held { get; } = record.File is null ? RecordLayout.LengthOf(seal, sealBytes.Length) : 0;

    /// <summary>SHA-256 of the seal's bytes.</summary>
    internal Digest SealSha256 { get; } = Digest.Of(sealBytes);

    internal Digest LeafHash { get; } = MerkleTree.LeafHash(sealBytes);

    /// <summary>Where it lies once it was written.</summary>
    internal Place Place { get; set; } = null!;

    /// <summary>What the index is to hold of it.</summary>
    internal IndexedRecord Indexed => IndexedRecord.Of(seal, SealSha256, Place);

    /// <summary>Set when there is room in the queue for a record that found none.</summary>
    internal TaskCompletionSource? Admission { get; set; }

    /// <summary>Tells the caller that it is durable.</summary>
    internal void Complete() => TrySetResult(new Appended(Place.Leaf, Place, SealSha256));
}
