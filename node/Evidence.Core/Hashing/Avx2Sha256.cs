using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector256<uint>;

namespace Evidence.Core.Hashing;

/// <summary>Eight messages at once, by AVX2.</summary>
internal sealed unsafe class Avx2Sha256 : LaneSha256
{
    private const int Width = 8;

    /// <inheritdoc/>
    public override string Name => "AVX2";

    /// <inheritdoc/>
    public override bool IsSupported => Avx2.IsSupported;

    /// <inheritdoc/>
    internal override int Lanes => Width;

    /// <inheritdoc/>
    internal override int StepCost => 9;

    /// <inheritdoc/>
    [SkipLocalsInit]
    internal override void Compress(uint* state, byte** blocks, long count)
    {
        var memory = stackalloc Words[Sha256Words.BlockWords + 1];
        var words = Align(memory);
        for (long block = 0; block < count; block++)
        {
            Avx2Words.Load(blocks, block * Sha256Words.BlockSize, words);
            Avx2Rounds.Run((Words*)state, words);
        }
    }

    // 0x01 || left || right is 65 bytes: the words of both, moved by a byte, and a second block of one byte and padding.
    /// <inheritdoc/>
    [SkipLocalsInit]
    private protected override void HashPairs(byte* children, byte* parents)
    {
        var memory = stackalloc Words[Sha256Words.BlockWords + Sha256Words.StateWords + 1];
        var words = Align(memory);
        var state = words + Sha256Words.BlockWords;
        var pairs = stackalloc byte*[Width];
        for (var i = 0; i < Width; i++) pairs[i] = children + (i * Sha256Words.BlockSize);
        Avx2Words.Load(pairs, 0, words);
        for (var i = 0; i < Sha256Words.StateWords; i++) state[i] = Vector256.Create(Sha256Words.Initial[i]);
        var last = words[Sha256Words.BlockWords - 1];
        for (var i = Sha256Words.BlockWords - 1; i > 0; i--) words[i] = (words[i] >>> 8) | (words[i - 1] << 24);
        words[0] = (words[0] >>> 8) | Vector256.Create(0x01000000u);
        Avx2Rounds.Run(state, words);
        words[0] = (last << 24) | Vector256.Create(0x00800000u);
        for (var i = 1; i < Sha256Words.BlockWords - 1; i++) words[i] = Words.Zero;
        words[Sha256Words.BlockWords - 1] = Vector256.Create(65u * 8);
        Avx2Rounds.Run(state, words);
        Avx2Words.Store(state, parents);
    }

    private static Words* Align(Words* memory) => (Words*)(((nuint)memory + (nuint)sizeof(Words) - 1) & ~((nuint)sizeof(Words) - 1));
}
