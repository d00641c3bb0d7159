using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Core.Volumes;

namespace Evidence.Core.Backups;

/// <summary>All of a log that somebody holds, wherever it lies: on a medium, or restored from one.</summary>
/// <param name="Keys">The log's keys as they are stated.</param>
/// <param name="Checkpoint">What is to be proven: the tree up to which it is said to be complete.</param>
/// <param name="CheckpointNote">The checkpoint as the log signed it.</param>
/// <param name="Volumes">The volumes.</param>
/// <param name="ReadTile">Gives a hash tile of the tree; throws an <see cref="IOException"/> where it cannot. Null where the tiles are known not to be those of the tree.</param>
/// <param name="Anchors">Files with the lines of anchors.log, in order.</param>
/// <param name="Cosignatures">Files with the lines of cosignatures.log, in order.</param>
public sealed record LogBytes(
    StatedLogKeys Keys,
    Checkpoint Checkpoint,
    string CheckpointNote,
    IReadOnlyList<VolumeBytes> Volumes,
    Func<TileId, ReadOnlyMemory<byte>>? ReadTile,
    IReadOnlyList<string> Anchors,
    IReadOnlyList<string> Cosignatures);

/// <summary>A volume of a log, or the part of one between two borders of records where more of it is not there.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Start">The byte that it begins at: 0, or where a record does.</param>
/// <param name="Length">Bytes that the volume must have up to its end.</param>
/// <param name="Closed">Whether it must be closed; null: that is not known.</param>
/// <param name="Pieces">The files that hold it side by side, each from a byte on.</param>
public sealed record VolumeBytes(uint Number, long Start, long Length, bool? Closed, IReadOnlyList<(long From, string Path)> Pieces)
{
    internal JoinedPieces Open() => new(Pieces);

    internal VolumeWalk WalkOf(string origin) => new(Number, origin) { Start = Start, ExpectedLength = Length, ExpectClosed = Closed };
}

/// <summary>How the records of one volume were judged.</summary>
/// <param name="Origin">The log.</param>
/// <param name="Volume">The volume.</param>
/// <param name="FirstLeaf">Leaf of its first record; 0 without any.</param>
/// <param name="LastLeaf">Leaf of its last record; 0 without any.</param>
/// <param name="Records">How many came to which verdict.</param>
/// <param name="Bytes">Bytes that were read.</param>
public sealed record VolumeJudged(string Origin, uint Volume, ulong FirstLeaf, ulong LastLeaf, Packages.RecordCounts Records, long Bytes);
