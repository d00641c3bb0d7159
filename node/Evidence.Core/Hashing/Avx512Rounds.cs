using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<uint>;

namespace Evidence.Core.Hashing;

/// <summary>The 64 rounds of SHA-256 (FIPS 180-4, section 6.2.2) on 16 lanes. Written out, so that the 24 words of state and schedule stay in registers.</summary>
internal static unsafe class Avx512Rounds
{
    private const byte Xor = 0x96;
    private const byte Choose = 0xca;
    private const byte Majority = 0xe8;

    /// <summary>Takes a block into the state.</summary>
    /// <param name="state">Eight words.</param>
    /// <param name="block">Sixteen words.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(Words* state, Words* block)
    {
        fixed (uint* constants = Sha256Words.Rounds)
        {
            var k = constants;
            Words a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
            Words w0 = block[0], w1 = block[1], w2 = block[2], w3 = block[3], w4 = block[4], w5 = block[5], w6 = block[6], w7 = block[7];
            Words w8 = block[8], w9 = block[9], w10 = block[10], w11 = block[11], w12 = block[12], w13 = block[13], w14 = block[14], w15 = block[15];
            Round(a, b, c, ref d, e, f, g, ref h, w0 + Vector512.Create(k[0]));
            Round(h, a, b, ref c, d, e, f, ref g, w1 + Vector512.Create(k[1]));
            Round(g, h, a, ref b, c, d, e, ref f, w2 + Vector512.Create(k[2]));
            Round(f, g, h, ref a, b, c, d, ref e, w3 + Vector512.Create(k[3]));
            Round(e, f, g, ref h, a, b, c, ref d, w4 + Vector512.Create(k[4]));
            Round(d, e, f, ref g, h, a, b, ref c, w5 + Vector512.Create(k[5]));
            Round(c, d, e, ref f, g, h, a, ref b, w6 + Vector512.Create(k[6]));
            Round(b, c, d, ref e, f, g, h, ref a, w7 + Vector512.Create(k[7]));
            Round(a, b, c, ref d, e, f, g, ref h, w8 + Vector512.Create(k[8]));
            Round(h, a, b, ref c, d, e, f, ref g, w9 + Vector512.Create(k[9]));
            Round(g, h, a, ref b, c, d, e, ref f, w10 + Vector512.Create(k[10]));
            Round(f, g, h, ref a, b, c, d, ref e, w11 + Vector512.Create(k[11]));
            Round(e, f, g, ref h, a, b, c, ref d, w12 + Vector512.Create(k[12]));
            Round(d, e, f, ref g, h, a, b, ref c, w13 + Vector512.Create(k[13]));
            Round(c, d, e, ref f, g, h, a, ref b, w14 + Vector512.Create(k[14]));
            Round(b, c, d, ref e, f, g, h, ref a, w15 + Vector512.Create(k[15]));
            for (var last = k + (3 * Sha256Words.BlockWords); k < last;)
            {
                k += Sha256Words.BlockWords;
                w0 = Next(w0, w1, w9, w14);
                Round(a, b, c, ref d, e, f, g, ref h, w0 + Vector512.Create(k[0]));
                w1 = Next(w1, w2, w10, w15);
                Round(h, a, b, ref c, d, e, f, ref g, w1 + Vector512.Create(k[1]));
                w2 = Next(w2, w3, w11, w0);
                Round(g, h, a, ref b, c, d, e, ref f, w2 + Vector512.Create(k[2]));
                w3 = Next(w3, w4, w12, w1);
                Round(f, g, h, ref a, b, c, d, ref e, w3 + Vector512.Create(k[3]));
                w4 = Next(w4, w5, w13, w2);
                Round(e, f, g, ref h, a, b, c, ref d, w4 + Vector512.Create(k[4]));
                w5 = Next(w5, w6, w14, w3);
                Round(d, e, f, ref g, h, a, b, ref c, w5 + Vector512.Create(k[5]));
                w6 = Next(w6, w7, w15, w4);
                Round(c, d, e, ref f, g, h, a, ref b, w6 + Vector512.Create(k[6]));
                w7 = Next(w7, w8, w0, w5);
                Round(b, c, d, ref e, f, g, h, ref a, w7 + Vector512.Create(k[7]));
                w8 = Next(w8, w9, w1, w6);
                Round(a, b, c, ref d, e, f, g, ref h, w8 + Vector512.Create(k[8]));
                w9 = Next(w9, w10, w2, w7);
                Round(h, a, b, ref c, d, e, f, ref g, w9 + Vector512.Create(k[9]));
                w10 = Next(w10, w11, w3, w8);
                Round(g, h, a, ref b, c, d, e, ref f, w10 + Vector512.Create(k[10]));
                w11 = Next(w11, w12, w4, w9);
                Round(f, g, h, ref a, b, c, d, ref e, w11 + Vector512.Create(k[11]));
                w12 = Next(w12, w13, w5, w10);
                Round(e, f, g, ref h, a, b, c, ref d, w12 + Vector512.Create(k[12]));
                w13 = Next(w13, w14, w6, w11);
                Round(d, e, f, ref g, h, a, b, ref c, w13 + Vector512.Create(k[13]));
                w14 = Next(w14, w15, w7, w12);
                Round(c, d, e, ref f, g, h, a, ref b, w14 + Vector512.Create(k[14]));
                w15 = Next(w15, w0, w8, w13);
                Round(b, c, d, ref e, f, g, h, ref a, w15 + Vector512.Create(k[15]));
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
        var t = h + word + Avx512F.TernaryLogic(e, f, g, Choose)
            + Avx512F.TernaryLogic(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25), Xor);
        d += t;
        h = t + Avx512F.TernaryLogic(a, b, c, Majority)
            + Avx512F.TernaryLogic(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22), Xor);
    }

    // The word that takes the place of w0: of 16, 15, 7 and 2 words before it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Words Next(Words w0, Words w1, Words w9, Words w14) =>
        w0 + w9
        + Avx512F.TernaryLogic(Avx512F.RotateRight(w1, 7), Avx512F.RotateRight(w1, 18), w1 >>> 3, Xor)
        + Avx512F.TernaryLogic(Avx512F.RotateRight(w14, 17), Avx512F.RotateRight(w14, 19), w14 >>> 10, Xor);
}
