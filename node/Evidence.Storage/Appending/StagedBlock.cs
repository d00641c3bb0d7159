using System.Buffers;

namespace Evidence.Storage.Appending;

/// <summary>Bytes on their way to the medium and into the hash. Returned to the pool when both are done with it.</summary>
/// <param name="offset">Where in the file they go.</param>
/// <param name="done">Called once both are done.</param>
internal sealed class StagedBlock(long offset, Action done)
{
    /// <summary>Bytes of a full block: few enough that one is still in a processor's cache when it is hashed.</summary>
    internal const int Capacity = 256 << 10;

    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(Capacity);
    private int _length;
    private int _users = 2;

    internal long Offset { get; } = offset;

    internal bool IsFull => _length == Capacity;

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Takes as many bytes as there is room for; how many those are.</summary>
    internal int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, Capacity - _length);
        bytes[..taken].CopyTo(_bytes.AsSpan(_length));
        _length += taken;
        return taken;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0) return;
        ArrayPool<byte>.Shared.Return(_bytes);
        done();
    }
}
