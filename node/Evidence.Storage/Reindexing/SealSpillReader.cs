using System.Buffers.Binary;

namespace Evidence.Storage.Reindexing;

/// <summary>Reads a spill from its beginning.</summary>
internal sealed class SealSpillReader(SealSpill spill) : IDisposable
{
    private const int BufferSize = 256 << 10;

    private readonly FileStream _file = new(spill.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize);
    private long _read;

    internal uint Volume => spill.Volume;

    internal ulong Leaf { get; private set; }

    internal byte[] Seal { get; private set; } = [];

    /// <summary>Goes to the next seal; false behind the last.</summary>
    internal bool MoveNext()
    {
        if (_read++ == spill.Count) return false;
        Span<byte> head = stackalloc byte[SealSpill.HeadSize];
        _file.ReadExactly(head);
        Leaf = BinaryPrimitives.ReadUInt64BigEndian(head);
        Seal = new byte[BinaryPrimitives.ReadInt32BigEndian(head[sizeof(ulong)..])];
        _file.ReadExactly(Seal);
        return true;
    }

    public void Dispose() => _file.Dispose();
}
