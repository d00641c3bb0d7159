using System.Collections.Concurrent;
using Evidence.V1;

namespace Evidence.Client;

/// <summary>Small records that were read together, and the memory that their bytes lie in until they are sent.</summary>
internal sealed class RecordBatch : IDisposable
{
    private readonly ConcurrentBag<byte[]> _spare;
    private readonly List<(RecordDraft, ArchiveRecordRequest)> _records = [];
    private readonly byte[] _space;
    private int _used;

    /// <param name="spare">Memory that others have done with, and where this one's goes.</param>
    internal RecordBatch(ConcurrentBag<byte[]> spare)
    {
        _spare = spare;
        _space = spare.TryTake(out var space) ? space : GC.AllocateUninitializedArray<byte>(SmallRecord.MaxBytes + 1);
    }

    internal IReadOnlyList<(RecordDraft Draft, ArchiveRecordRequest Message)> Records => _records;

    /// <summary>Reads a record behind the others. All of them together have no more than <see cref="SmallRecord.MaxBytes"/>.</summary>
    /// <exception cref="IOException">A part cannot be read, or has not the size that the draft says; the others are as before.</exception>
    internal async ValueTask ReadAsync(RecordDraft draft, int size, CancellationToken ct)
    {
        _records.Add((draft, await SmallRecord.ReadAsync(draft, _space.AsMemory(_used), ct)));
        _used += size;
    }

    /// <summary>Gives the memory back; the messages are not to be used any more.</summary>
    public void Dispose() => _spare.Add(_space);
}
