using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector256<uint>;

namespace Evidence.Core.Hashing;

/// <summary>Turns 8 blocks into 16 vectors, each of one word of every block, and 8 states back into digests. A word's bytes come highest first.</summary>
internal static unsafe class Avx2Words
{
    private const byte LowHalves = 0x20;
    private const byte HighHalves = 0x31;

    /// <summary>Loads a block of every lane.</summary>
    /// <param name="blocks">Where the lanes' blocks begin.</param>
    /// <param name="offset">Bytes from there.</param>
    /// <param name="words">Takes 16 vectors.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Load(byte** blocks, long offset, Words* words)
    {
        var fours = stackalloc Words[8];
        for (var half = 0; half < 2; half++)
        {
            for (var i = 0; i < 8; i += 4) Interleave(Read(blocks[i] + offset), Read(blocks[i + 1] + offset), Read(blocks[i + 2] + offset), Read(blocks[i + 3] + offset), fours + i);
            for (var i = 0; i < 4; i++) Gather(fours[i], fours[4 + i], words + i, 4);
            offset += sizeof(Words);
            words += 8;
        }
    }

    /// <summary>Stores the digests of all lanes, one behind the other.</summary>
    /// <param name="state">Eight words, which are overwritten.</param>
    /// <param name="digests">Takes 8 digests.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Store(Words* state, byte* digests)
    {
        for (var i = 0; i < 8; i += 4) Interleave(Swap(state[i]), Swap(state[i + 1]), Swap(state[i + 2]), Swap(state[i + 3]), state + i);
        for (var i = 0; i < 4; i++) Gather(state[i], state[4 + i], (Words*)digests + i, 4);
    }

    // Within each half: the i-th words of all four beside each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Words a, Words b, Words c, Words d, Words* to)
    {
        var (low, high) = (Avx2.UnpackLow(a, b).AsUInt64(), Avx2.UnpackHigh(a, b).AsUInt64());
        var (lower, higher) = (Avx2.UnpackLow(c, d).AsUInt64(), Avx2.UnpackHigh(c, d).AsUInt64());
        to[0] = Avx2.UnpackLow(low, lower).AsUInt32();
        to[1] = Avx2.UnpackHigh(low, lower).AsUInt32();
        to[2] = Avx2.UnpackLow(high, higher).AsUInt32();
        to[3] = Avx2.UnpackHigh(high, higher).AsUInt32();
    }

    // The i-th halves of both beside each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(Words a, Words b, Words* to, int stride)
    {
        to[0] = Avx2.Permute2x128(a, b, LowHalves);
        to[stride] = Avx2.Permute2x128(a, b, HighHalves);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Read(byte* block) => Swap(Vector256.Load((uint*)block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Swap(Words words) =>
        Avx2.Shuffle(words.AsByte(), Vector256.Create(Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12))).AsUInt32();
}
