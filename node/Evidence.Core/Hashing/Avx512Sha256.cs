using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Words = System.Runtime.Intrinsics.Vector512<uint>;

namespace Evidence.Core.Hashing;

/// <summary>Sixteen messages at once, by AVX-512 (F and BW).</summary>
internal sealed unsafe class Avx512Sha256 : LaneSha256
{
    private const int Width = 16;

    /// <inheritdoc/>
    public override string Name => "AVX-512";

    /// <inheritdoc/>
    public override bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <inheritdoc/>
    internal override int Lanes => Width;

    /// <inheritdoc/>
    internal override int StepCost => 5;

    /// <inheritdoc/>
    [SkipLocalsInit]
    internal override void Compress(uint* state, byte** blocks, long count)
    {
        var memory = stackalloc Words[Sha256Words.BlockWords + 1];
        var words = Align(memory);
        for (long block = 0; block < count; block++)
        {
            Avx512Words.Load(blocks, block * Sha256Words.BlockSize, words);
            Avx512Rounds.Run((Words*)state, words);
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
        Avx512Words.Load(pairs, 0, words);
        for (var i = 0; i < Sha256Words.StateWords; i++) state[i] = Vector512.Create(Sha256Words.Initial[i]);
        var last = words[Sha256Words.BlockWords - 1];
        for (var i = Sha256Words.BlockWords - 1; i > 0; i--) words[i] = (words[i] >>> 8) | (words[i - 1] << 24);
        words[0] = (words[0] >>> 8) | Vector512.Create(0x01000000u);
        Avx512Rounds.Run(state, words);
        words[0] = (last << 24) | Vector512.Create(0x00800000u);
        for (var i = 1; i < Sha256Words.BlockWords - 1; i++) words[i] = Words.Zero;
        words[Sha256Words.BlockWords - 1] = Vector512.Create(65u * 8);
        Avx512Rounds.Run(state, words);
        Avx512Words.Store(state, parents);
    }

    private static Words* Align(Words* memory) => (Words*)(((nuint)memory + (nuint)sizeof(Words) - 1) & ~((nuint)sizeof(Words) - 1));
}
