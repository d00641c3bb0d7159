using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evidence.Core.Hashing;

/// <summary>SHA-256 over as many messages at once as a vector register has 32-bit lanes.</summary>
internal abstract unsafe class LaneSha256 : BulkSha256
{
    /// <summary>The most lanes that any way has.</summary>
    internal const int MostLanes = 16;

    private const int PairSize = 2 * Digest.Size;

    /// <summary>How many messages are hashed at once.</summary>
    internal abstract int Lanes { get; }

    /// <summary>What a step of one block in every lane takes, in the time that the framework takes for a block of a long message. An estimate: only speed rests on it.</summary>
    internal abstract int StepCost { get; }

    /// <summary>Takes the next blocks of every lane into its state.</summary>
    /// <param name="state">The eight words of the state, each for all lanes; on a 64-byte boundary.</param>
    /// <param name="blocks">Where each lane's blocks begin; they lie one behind the other.</param>
    /// <param name="count">How many blocks of each lane.</param>
    internal abstract void Compress(uint* state, byte** blocks, long count);

    /// <summary>Hashes as many pairs as there are lanes, all of them read before the first is written.</summary>
    private protected abstract void HashPairs(byte* children, byte* parents);

    private protected sealed override void HashPairs(ReadOnlySpan<Digest> children, Span<Digest> parents)
    {
        var whole = parents.Length - (parents.Length % Lanes);
        fixed (Digest* from = children, to = parents)
            for (var i = 0; i < whole; i += Lanes) HashPairs((byte*)(from + (2 * i)), (byte*)(to + i));
        if (whole < parents.Length) HashFewPairs(children[(2 * whole)..], parents[whole..]);
    }

    [SkipLocalsInit]
    private void HashFewPairs(ReadOnlySpan<Digest> children, Span<Digest> parents)
    {
        Span<Digest> from = stackalloc Digest[2 * MostLanes], to = stackalloc Digest[MostLanes];
        children.CopyTo(from);
        fixed (Digest* first = from, result = to) HashPairs((byte*)first, (byte*)result);
        to[..parents.Length].CopyTo(parents);
    }

    private protected sealed override void HashMessages(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessageRange> messages, Span<Digest> digests, byte? prefix)
    {
        fixed (byte* first = &MemoryMarshal.GetReference(bytes)) new LaneRun(this, first, messages, digests, prefix).Run();
    }
}
