using Evidence.Storage.Index;

namespace Evidence.Storage.Mirroring;

/// <summary>Records of a peer's volume that are in order and new to the mirror.</summary>
/// <param name="state">How far the volume is in order with them.</param>
/// <param name="records">The records, in their order.</param>
/// <param name="seals">Their seals, if they are at hand; none otherwise.</param>
internal sealed class MirroredRecords(VolumeState state, List<IndexedRecord> records, List<byte[]> seals)
{
    internal VolumeState State { get; set; } = state;

    internal List<IndexedRecord> Records => records;

    internal List<byte[]> Seals => seals;
}
