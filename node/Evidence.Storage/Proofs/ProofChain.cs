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

    /// <summary>Whether the last line follows from the payload of the line before whatever hash that one states: then that payload is the one that was written.</summary>
    internal bool LastConfirmsPayload { get; private set; }

    /// <summary>Whether a line follows from the one before. Where that one's own hash was changed, what it should have been serves: so a change shows at its own line only.</summary>
    internal bool Fits(ReadOnlySpan<byte> line) => Compare(line, out _, out _);

    /// <summary>Goes past a line; whether it is in order.</summary>
    internal bool Next(ReadOnlySpan<byte> line)
    {
        var before = LastIsSound;
        LastIsSound = Compare(line, out var stated, out var computed);
        LastConfirmsPayload = LastIsSound && !before && ProofLine.Chain(_computed, line[ProofLine.PrefixLength..]) == stated;
        (Head, _computed) = (stated, computed);
        Count++;
        return LastIsSound;
    }

    private bool Compare(ReadOnlySpan<byte> line, out Digest stated, out Digest computed)
    {
        var payload = line.Length > ProofLine.PrefixLength ? line[ProofLine.PrefixLength..] : [];
        computed = ProofLine.Chain(Head, payload); // so that a hash that is none any more costs this line only
        if (!ProofLine.TryParse(line, out stated)) return false;
        if (computed == stated) return true;
        if (LastIsSound) return false;
        computed = ProofLine.Chain(_computed, payload);
        return computed == stated;
    }
}
