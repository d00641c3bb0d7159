using System.Buffers.Binary;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Reindexing;

/// <summary>The seals of one volume, one behind the other, each after its leaf and length: read again in the order of leaves, without the content that lies between them in the volume.</summary>
internal sealed class SealSpill(IMedium medium, string path, uint volume) : IDisposable
{
    internal const int HeadSize = sizeof(ulong) + sizeof(int);

    private const int BufferSize = 256 << 10;

    private readonly IMediumFile _file = medium.Open(path, FileMode.Create);
    private readonly byte[] _buffer = new byte[BufferSize];
    private long _written;
    private int _used;

    internal string Path => path;

    internal uint Volume => volume;

    /// <summary>Seals in it.</summary>
    internal long Count { get; private set; }

    /// <summary>Leaf of the first one.</summary>
    internal ulong First { get; private set; }

    /// <summary>Leaf of the last one.</summary>
    internal ulong Last { get; private set; }

    /// <summary>Adds a seal; false when its leaf does not follow those before it, as every volume of a log has it.</summary>
    internal bool TryAdd(ulong leaf, ReadOnlySpan<byte> seal)
    {
        if (Count > 0 && leaf <= Last) return false;
        if (Count++ == 0) First = leaf;
        Last = leaf;
        if (_used + HeadSize + seal.Length > BufferSize) Flush();
        var entry = _buffer.AsSpan(_used);
        BinaryPrimitives.WriteUInt64BigEndian(entry, leaf);
        BinaryPrimitives.WriteInt32BigEndian(entry[sizeof(ulong)..], seal.Length);
        seal.CopyTo(entry[HeadSize..]);
        _used += HeadSize + seal.Length;
        return true;
    }

    /// <summary>Writes what is still in memory. It need not last: a reindexing that does not come to its end begins anew.</summary>
    internal void Flush()
    {
        _file.Write(_buffer.AsSpan(0, _used), _written);
        _written += _used;
        _used = 0;
    }

    public void Dispose() => _file.Dispose();
}
