using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<uint>;

namespace Evidence.Core.Hashing;

/// <summary>Turns 16 blocks into 16 vectors, each of one word of every block, and 16 states back into digests. A word's bytes come highest first.</summary>
internal static unsafe class Avx512Words
{
    private const byte EvenQuarters = 0x88;
    private const byte OddQuarters = 0xdd;

    /// <summary>Loads a block of every lane.</summary>
    /// <param name="blocks">Where the lanes' blocks begin.</param>
    /// <param name="offset">Bytes from there.</param>
    /// <param name="words">Takes 16 vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Load(byte** blocks, long offset, Words* words)
    {
        for (var i = 0; i < 4; i++)
        {
            var four = blocks + (4 * i);
            Interleave(Read(four[0] + offset), Read(four[1] + offset), Read(four[2] + offset), Read(four[3] + offset), words + (4 * i));
        }

        for (var i = 0; i < 4; i++) Gather(words[i], words[4 + i], words[8 + i], words[12 + i], words + i, 4);
    }

    /// <summary>Stores the digests of all lanes, one behind the other.</summary>
    /// <param name="state">Eight words, which are overwritten.</param>
    /// <param name="digests">Takes 16 digests.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Store(Words* state, byte* digests)
    {
        for (var i = 0; i < 8; i += 4) Interleave(Swap(state[i]), Swap(state[i + 1]), Swap(state[i + 2]), Swap(state[i + 3]), state + i);
        for (var i = 0; i < 2; i++) Gather(state[2 * i], state[4 + (2 * i)], state[1 + (2 * i)], state[5 + (2 * i)], (Words*)digests + i, 2);
    }

    // Within each quarter: the i-th words of all four beside each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Words a, Words b, Words c, Words d, Words* to)
    {
        var (low, high) = (Avx512F.UnpackLow(a, b).AsUInt64(), Avx512F.UnpackHigh(a, b).AsUInt64());
        var (lower, higher) = (Avx512F.UnpackLow(c, d).AsUInt64(), Avx512F.UnpackHigh(c, d).AsUInt64());
        to[0] = Avx512F.UnpackLow(low, lower).AsUInt32();
        to[1] = Avx512F.UnpackHigh(low, lower).AsUInt32();
        to[2] = Avx512F.UnpackLow(high, higher).AsUInt32();
        to[3] = Avx512F.UnpackHigh(high, higher).AsUInt32();
    }

    // The i-th quarters of all four beside each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(Words a, Words b, Words c, Words d, Words* to, int stride)
    {
        var (even, odd) = (Avx512F.Shuffle4x128(a, b, EvenQuarters), Avx512F.Shuffle4x128(a, b, OddQuarters));
        var (evener, odder) = (Avx512F.Shuffle4x128(c, d, EvenQuarters), Avx512F.Shuffle4x128(c, d, OddQuarters));
        to[0] = Avx512F.Shuffle4x128(even, evener, EvenQuarters);
        to[stride] = Avx512F.Shuffle4x128(odd, odder, EvenQuarters);
        to[2 * stride] = Avx512F.Shuffle4x128(even, evener, OddQuarters);
        to[3 * stride] = Avx512F.Shuffle4x128(odd, odder, OddQuarters);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Read(byte* block) => Swap(Vector512.Load((uint*)block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Swap(Words words) =>
        Avx512BW.Shuffle(words.AsByte(), Vector512.Create(Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12))).AsUInt32();
}
