using Evidence.Storage.Volumes;

namespace Evidence.Storage.Appending;

/// <summary>Records that are synced together: written side by side at the end of one volume, with leaves that follow each other.</summary>
internal sealed class AppendGroup(OpenVolume volume, ulong firstLeaf)
{
    private readonly List<PendingAppend> _records = [];

    internal OpenVolume Volume => volume;

    internal IReadOnlyList<PendingAppend> Records => _records;

    /// <summary>Where its first record begins.</summary>
    internal long Start { get; } = volume.End;

    /// <summary>Behind its last record.</summary>
    internal long End { get; private set; } = volume.End;

    /// <summary>The leaf behind its last one.</summary>
    internal ulong NextLeaf => firstLeaf + (ulong)_records.Count;

    /// <summary>What is known of the volume once the group counts.</summary>
    internal VolumeState State => new(volume.Number, End, false);

    /// <summary>Writes records behind those that it has. A crash before the sync leaves a torn tail, or whole records that nobody was told of, which opening takes in.</summary>
    internal void Write(List<PendingAppend> records)
    {
        volume.MakeRoom(records.Sum(static r => r.Length));
        using var output = new VolumeOutput(volume.File, End);
        for (var i = 0; i < records.Count; i++) records[i].Place = RecordEncoder.Write(output, volume.Number, records[i], NextLeaf + (ulong)i);
        output.Flush();
        _records.AddRange(records);
        End = volume.End = output.Position;
    }
}
