using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Storage;

/// <summary>A record while it is received: hashed as it comes, kept in memory while small, in the staging folder when large. Used by one caller at a time; disposal throws away what was not appended.</summary>
public sealed class StagedRecord : IAsyncDisposable
{
    internal StagedRecord() => throw new NotImplementedException();

    /// <summary>The record's number.</summary>
    public RecordId Id => throw new NotImplementedException();

    /// <summary>The parts that have ended, in the order in which they began. The seal must list them in this order.</summary>
    public IReadOnlyList<StoredPart> Parts => throw new NotImplementedException();

    /// <summary>Begins a part.</summary>
    /// <param name="name">Member name: the role's letter (c, s, k, t, m) and four digits.</param>
    /// <param name="role">What the part is.</param>
    /// <param name="sizeHint">Its size in bytes where it is known, else 0. A part over 8 GiB must be announced exactly.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The name does not fit the role, or was used before.</exception>
    /// <exception cref="InvalidOperationException">The part before has not ended.</exception>
    public ValueTask BeginPartAsync(string name, PartRole role, long sizeHint, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Adds bytes to the part.</summary>
    /// <exception cref="StorageFullException">The disk is full.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Ends the part: its size and SHA-256.</summary>
    public StoredPart EndPart() => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
