using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Evidence.Core.Hashing;

/// <summary>
/// One lane and the message that goes through it. A short message is copied with its padding and goes through in one stretch; of a longer one only what is not whole blocks of the message is:
/// its beginning where it has a prefix, and its end.
/// </summary>
internal unsafe struct Lane
{
    /// <summary>Bytes that a lane needs for what is copied.</summary>
    internal const int ScratchSize = 8 * Sha256Words.BlockSize;

    private const int PaddingSize = 1 + sizeof(ulong); // at least

    private byte* _scratch;
    private byte* _rest;
    private long _left;
    private long _total;
    private bool _over;

    /// <summary>Number of the message; negative while the lane has none.</summary>
    internal int Message { get; private set; }

    /// <summary>Where the next block begins.</summary>
    internal byte* Next { get; private set; }

    /// <summary>Blocks that lie there one behind the other.</summary>
    internal long Blocks { get; private set; }

    /// <summary>How many blocks a message takes with its padding.</summary>
    internal static long BlocksOf(long length, byte? prefix) => ((prefix is null ? 0 : 1) + length + PaddingSize + Sha256Words.BlockSize - 1) / Sha256Words.BlockSize;

    /// <summary>Gives the lane its scratch and nothing to do.</summary>
    internal void Init(byte* scratch)
    {
        _scratch = scratch;
        Park();
    }

    /// <summary>The lane goes through its scratch for nothing.</summary>
    internal void Park()
    {
        (Message, _over) = (-1, true);
        Show(_scratch, ScratchSize / Sha256Words.BlockSize);
    }

    /// <summary>Begins a message.</summary>
    internal void Begin(int message, byte* data, long length, byte? prefix)
    {
        var lead = prefix is null ? 0 : 1;
        (Message, _left, _total, _over) = (message, length, lead + length, false);
        _rest = data;
        if (prefix is { } first) _scratch[0] = first;
        if (_total <= ScratchSize - PaddingSize) End(lead);
        else if (prefix is not null) Copy(Sha256Words.BlockSize, lead);
        else Advance();
    }

    /// <summary>Goes on by as many blocks as were hashed; false when the message ends with them.</summary>
    internal bool Skip(long blocks)
    {
        Next += blocks * Sha256Words.BlockSize;
        Blocks -= blocks;
        return Blocks > 0 || Advance();
    }

    private bool Advance()
    {
        if (_over) return false;
        if (_left < Sha256Words.BlockSize) return End(0);
        var whole = _left / Sha256Words.BlockSize;
        Show(_rest, whole);
        _rest += whole * Sha256Words.BlockSize;
        _left %= Sha256Words.BlockSize;
        return true;
    }

    private bool End(int lead)
    {
        var length = lead + (int)_left;
        var blocks = (length + PaddingSize + Sha256Words.BlockSize - 1) / Sha256Words.BlockSize;
        var end = _scratch + (blocks * Sha256Words.BlockSize);
        Unsafe.CopyBlockUnaligned(_scratch + lead, _rest, (uint)_left);
        _scratch[length] = 0x80;
        Unsafe.InitBlockUnaligned(_scratch + length + 1, 0, (uint)(end - (_scratch + length + 1)));
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(end - sizeof(ulong), sizeof(ulong)), (ulong)_total * 8);
        _over = true;
        Show(_scratch, blocks);
        return true;
    }

    private void Copy(int length, int lead)
    {
        Unsafe.CopyBlockUnaligned(_scratch + lead, _rest, (uint)(length - lead));
        _rest += length - lead;
        _left -= length - lead;
        Show(_scratch, length / Sha256Words.BlockSize);
    }

    private void Show(byte* next, long blocks)
    {
        Next = next;
        Blocks = blocks;
    }
}
