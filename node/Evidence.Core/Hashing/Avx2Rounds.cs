using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Words = System.Runtime.Intrinsics.Vector256<uint>;

namespace Evidence.Core.Hashing;

/// <summary>The 64 rounds of SHA-256 (FIPS 180-4, section 6.2.2) on 8 lanes. There are 16 registers: the schedule stays in memory.</summary>
internal static unsafe class Avx2Rounds
{
    /// <summary>Takes a block into the state.</summary>
    /// <param name="state">Eight words.</param>
    /// <param name="w">Sixteen words, which are overwritten.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Words* state, Words* w)
    {
        fixed (uint* constants = Sha256Words.Rounds)
        {
            Words a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
            for (var k = constants; ; k += Sha256Words.BlockWords)
            {
                Round(a, b, c, ref d, e, f, g, ref h, w[0] + Vector256.Create(k[0]));
                Round(h, a, b, ref c, d, e, f, ref g, w[1] + Vector256.Create(k[1]));
                Round(g, h, a, ref b, c, d, e, ref f, w[2] + Vector256.Create(k[2]));
                Round(f, g, h, ref a, b, c, d, ref e, w[3] + Vector256.Create(k[3]));
                Round(e, f, g, ref h, a, b, c, ref d, w[4] + Vector256.Create(k[4]));
                Round(d, e, f, ref g, h, a, b, ref c, w[5] + Vector256.Create(k[5]));
                Round(c, d, e, ref f, g, h, a, ref b, w[6] + Vector256.Create(k[6]));
                Round(b, c, d, ref e, f, g, h, ref a, w[7] + Vector256.Create(k[7]));
                Round(a, b, c, ref d, e, f, g, ref h, w[8] + Vector256.Create(k[8]));
                Round(h, a, b, ref c, d, e, f, ref g, w[9] + Vector256.Create(k[9]));
                Round(g, h, a, ref b, c, d, e, ref f, w[10] + Vector256.Create(k[10]));
                Round(f, g, h, ref a, b, c, d, ref e, w[11] + Vector256.Create(k[11]));
                Round(e, f, g, ref h, a, b, c, ref d, w[12] + Vector256.Create(k[12]));
                Round(d, e, f, ref g, h, a, b, ref c, w[13] + Vector256.Create(k[13]));
                Round(c, d, e, ref f, g, h, a, ref b, w[14] + Vector256.Create(k[14]));
                Round(b, c, d, ref e, f, g, h, ref a, w[15] + Vector256.Create(k[15]));
                if (k == constants + (3 * Sha256Words.BlockWords)) break;
                w[0] = Next(w[0], w[1], w[9], w[14]);
                w[1] = Next(w[1], w[2], w[10], w[15]);
                w[2] = Next(w[2], w[3], w[11], w[0]);
                w[3] = Next(w[3], w[4], w[12], w[1]);
                w[4] = Next(w[4], w[5], w[13], w[2]);
                w[5] = Next(w[5], w[6], w[14], w[3]);
                w[6] = Next(w[6], w[7], w[15], w[4]);
                w[7] = Next(w[7], w[8], w[0], w[5]);
                w[8] = Next(w[8], w[9], w[1], w[6]);
                w[9] = Next(w[9], w[10], w[2], w[7]);
                w[10] = Next(w[10], w[11], w[3], w[8]);
                w[11] = Next(w[11], w[12], w[4], w[9]);
                w[12] = Next(w[12], w[13], w[5], w[10]);
                w[13] = Next(w[13], w[14], w[6], w[11]);
                w[14] = Next(w[14], w[15], w[7], w[12]);
                w[15] = Next(w[15], w[0], w[8], w[13]);
            }

            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
            state[5] += f;
            state[6] += g;
            state[7] += h;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(Words a, Words b, Words c, ref Words d, Words e, Words f, Words g, ref Words h, Words word)
    {
        var t = h + word + (((f ^ g) & e) ^ g) + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25));
        d += t;
        h = t + ((a & b) | (c & (a | b))) + (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22));
    }

    // The word that takes the place of w0: of 16, 15, 7 and 2 words before it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Next(Words w0, Words w1, Words w9, Words w14) =>
        w0 + w9 + (Rotate(w1, 7) ^ Rotate(w1, 18) ^ (w1 >>> 3)) + (Rotate(w14, 17) ^ Rotate(w14, 19) ^ (w14 >>> 10));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Rotate(Words x, int count) => (x >>> count) | (x << (32 - count));
}
