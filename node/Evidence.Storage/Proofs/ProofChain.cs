using Evidence.Core;

namespace Evidence.Storage.Proofs;

/// <summary>Follows the hash chain of a proof file line by line.</summary>
internal sealed class ProofChain
{
    private Digest _computed;

    /// <summary>The hash that the last line states; 32 zero bytes before the first.</summary>
    internal Digest Head { get; private set; }

    /// <summary>Lines so far.</summary>
    internal long Count { get; private set; }

    /// <summary>Whether the last line was in order.</summary>
    internal bool LastIsSound { get; private set; } = true;

    /// <summary>Whether a line follows from the one before. Where that one's own hash was changed, what it should have been serves: so a change shows at its own line only.</summary>
    internal bool Fits(ReadOnlySpan<byte> line) => Compare(line, out _, out _);

    /// <summary>Goes past a line; whether it is in order.</summary>
    internal bool Next(ReadOnlySpan<byte> line)
    {
        LastIsSound = Compare(line, out var stated, out var computed);
        (Head, _computed) = (stated, computed);
        Count++;
        return LastIsSound;
    }

    private bool Compare(ReadOnlySpan<byte> line, out Digest stated, out Digest computed)
    {
        computed = default;
        if (!ProofLine.TryParse(line, out stated)) return false;
        var payload = line[ProofLine.PrefixLength..];
        computed = ProofLine.Chain(Head, payload);
        if (computed == stated) return true;
        if (LastIsSound) return false;
        computed = ProofLine.Chain(_computed, payload);
        return computed == stated;
    }
}
