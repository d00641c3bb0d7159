using Evidence.Core;
using Evidence.Core.Hashing;

namespace Evidence.Tests.Hashing;

/// <summary>Gives one wrong digest, as a broken processor might.</summary>
internal sealed class WrongSha256(string where, int at) : BulkSha256
{
    public override string Name => "wrong";

    public override bool IsSupported => true;

    private protected override void HashPairs(ReadOnlySpan<Digest> children, Span<Digest> parents)
    {
        Framework.HashNodes(children, parents);
        if (where == "nodes") parents[at] = default;
    }

    private protected override void HashMessages(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessageRange> messages, Span<Digest> digests, byte? prefix)
    {
        if (prefix is null) Framework.Hash(bytes, messages, digests);
        else Framework.HashLeaves(bytes, messages, digests);
        if (where == (prefix is null ? "messages" : "leaves")) digests[at] = default;
    }
}
