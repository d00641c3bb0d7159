using System.Buffers.Binary;
using Evidence.Core;
using Evidence.Storage.LevelDb;

namespace Evidence.Storage.Appending;

/// <summary>
/// Tells whether a record's number is new. Numbers grow with time, so most are above every number of the index but the last ones, which are kept here: only a number from further back is looked up.
/// </summary>
internal sealed class RecentRecords(LogStore store)
{
    private const int Most = 1 << 12; // what is on its way at once, and little enough for the processor's cache

    private readonly HashSet<RecordId> _recent = [];
    private readonly Queue<RecordId> _order = [];
    private UInt128? _highestBefore;

    /// <summary>Takes a number that is about to be stored; false when the log has it.</summary>
    internal bool TryAdd(RecordId record)
    {
        if (_recent.Contains(record) || (!IsAbove(record) && IsIndexed(record))) return false;
        _recent.Add(record);
        _order.Enqueue(record);
        if (_order.Count > Most) Forget(_order.Dequeue());
        return true;
    }

    /// <summary>Takes back a number whose record was not stored.</summary>
    internal void Remove(RecordId record) => _recent.Remove(record);

    /// <summary>Forgets all: the index was changed by others.</summary>
    internal void Clear()
    {
        _recent.Clear();
        _order.Clear();
        _highestBefore = null;
    }

    private void Forget(RecordId record)
    {
        _recent.Remove(record);
        if (_highestBefore < NumberOf(record)) _highestBefore = NumberOf(record);
    }

    private bool IsAbove(RecordId record)
    {
        try
        {
            _highestBefore ??= store.Index.HighestRecord() is { } highest ? NumberOf(highest) : UInt128.Zero;
            return NumberOf(record) > _highestBefore;
        }
        catch (LevelDbException)
        {
            return false;
        }
    }

    private bool IsIndexed(RecordId record)
    {
        try
        {
            return store.Index.Find(record) is not null;
        }
        catch (LevelDbException)
        {
            return false; // numbers are made at random by this node; that the index cannot be read shows when it is written
        }
    }

    private static UInt128 NumberOf(RecordId record)
    {
        Span<byte> bytes = stackalloc byte[RecordId.Size];
        record.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
