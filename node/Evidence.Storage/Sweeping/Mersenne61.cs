using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Evidence.Storage.Sweeping;

/// <summary>Arithmetic modulo the prime 2^61 - 1. Numbers come in and go out below 2^63, each standing for its remainder; <see cref="Reduce"/> gives the one below the prime.</summary>
internal static class Mersenne61
{
    private const ulong Prime = (1UL << 61) - 1;
    private const int Bits = 61;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Multiply(ulong a, ulong b)
    {
        var high = Math.BigMul(Fold(a), Fold(b), out var low);
        return (low & Prime) + ((high << (64 - Bits)) | (low >> Bits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Subtract(ulong a, ulong b) => Fold(a) + Prime - Reduce(b);

    /// <summary>The remainder.</summary>
    internal static ulong Reduce(ulong a)
    {
        var folded = Fold(a);
        return folded >= Prime ? folded - Prime : folded;
    }

    /// <summary>A number that nobody knew before, neither 0 nor 1.</summary>
    internal static ulong Random()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            if ((BitConverter.ToUInt64(bytes) & Prime) is > 1 and < Prime and var number) return number;
        }
    }

    // 2^61 is 1: at most the prime and 7 are left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a) => (a & Prime) + (a >> Bits);
}
