using Evidence.Core;
using Evidence.Storage.LevelDb;

namespace Evidence.Network.Demo;

/// <summary>Edits an entry of a stopped node's index, with LevelDB's own means, so that every checksum is right and only the content is wrong.</summary>
internal static class IndexTampering
{
    private const byte RecordKey = (byte)'r';

    /// <summary>Makes the entry of <paramref name="record"/> point to the place of <paramref name="other"/>.</summary>
    internal static void PointElsewhere(string logFolder, RecordId record, RecordId other)
    {
        using var index = Database.Open(Path.Combine(logFolder, "index"));
        using var change = new WriteBatch();
        change.Put(Key(record), index.Get(Key(other)) ?? throw new InvalidOperationException($"record {other} is not in the index"));
        index.Write(change);
    }

    private static byte[] Key(RecordId record)
    {
        var key = new byte[1 + RecordId.Size];
        key[0] = RecordKey;
        record.CopyTo(key.AsSpan(1));
        return key;
    }
}
