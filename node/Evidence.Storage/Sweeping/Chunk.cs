using System.Runtime.InteropServices;

namespace Evidence.Storage.Sweeping;

/// <summary>A buffer for one read of a volume. What the read before left over of a record is put right before it, so that records lie in one piece.</summary>
internal sealed unsafe class Chunk : IDisposable
{
    /// <summary>Bytes of one read.</summary>
    internal const int ReadSize = 1 << 20;

    /// <summary>The most that may be left over: a record that is kept in memory while it is received, with its headers and its seal, is no longer as a rule.</summary>
    internal const int MostCarried = 5 << 20;

    private const int Alignment = 4096; // O_DIRECT

    private byte* _memory = (byte*)NativeMemory.AlignedAlloc(MostCarried + ReadSize, Alignment);
    private int _start = MostCarried;
    private int _end = MostCarried;

    ~Chunk() => NativeMemory.AlignedFree(_memory);

    /// <summary>Where the read goes.</summary>
    internal Span<byte> ForRead => new(_memory + MostCarried, ReadSize);

    /// <summary>Offset in the volume of the first byte of <see cref="Bytes"/>.</summary>
    internal long Offset { get; private set; }

    /// <summary>What was carried over and what was read, up to where it was cut.</summary>
    internal ReadOnlySpan<byte> Bytes => new(_memory + _start, _end - _start);

    /// <summary>Says what a read gave.</summary>
    internal void Fill(long offset, int length) => (Offset, _start, _end) = (offset, MostCarried, MostCarried + length);

    /// <summary>Puts bytes before those that were read; there are at most <see cref="MostCarried"/>.</summary>
    internal void Carry(ReadOnlySpan<byte> bytes)
    {
        _start = MostCarried - bytes.Length;
        Offset -= bytes.Length;
        bytes.CopyTo(new Span<byte>(_memory + _start, bytes.Length));
    }

    /// <summary>Leaves the first <paramref name="length"/> bytes; the result are the others, valid until the chunk is read into again.</summary>
    internal ReadOnlySpan<byte> Cut(int length)
    {
        var rest = Bytes[length..];
        _end = _start + length;
        return rest;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        GC.SuppressFinalize(this);
    }
}
