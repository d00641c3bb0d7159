using Evidence.Core.Log;

namespace Evidence.Core.Hashing;

/// <summary>The framework's SHA-256, one message after the other.</summary>
internal sealed class FrameworkSha256 : BulkSha256
{
    /// <inheritdoc/>
    public override string Name => "framework";

    /// <inheritdoc/>
    public override bool IsSupported => true;

    private protected override void HashPairs(ReadOnlySpan<Digest> children, Span<Digest> parents)
    {
        for (var i = 0; i < parents.Length; i++) parents[i] = MerkleTree.NodeHash(children[2 * i], children[(2 * i) + 1]);
    }

    private protected override void HashMessages(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessageRange> messages, Span<Digest> digests, byte? prefix)
    {
        for (var i = 0; i < messages.Length; i++)
        {
            var message = bytes.Slice(messages[i].Offset, messages[i].Length);
            digests[i] = prefix is null ? Digest.Of(message) : MerkleTree.LeafHash(message);
        }
    }
}
