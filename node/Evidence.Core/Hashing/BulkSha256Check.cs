using System.Security.Cryptography;

namespace Evidence.Core.Hashing;

/// <summary>Holds a way of hashing to the framework: pairs and messages of every length about the edges of blocks, more of them than there are lanes, so that lanes are refilled.</summary>
internal static class BulkSha256Check
{
    private const int Nodes = 37;
    private const int Messages = 140;

    internal static bool Passes(BulkSha256 way)
    {
        var bytes = Bytes(Nodes * 2 * Digest.Size);
        return AreNodesRight(way, bytes) && AreMessagesRight(way, bytes, prefixed: false) && AreMessagesRight(way, bytes, prefixed: true);
    }

    private static bool AreNodesRight(BulkSha256 way, byte[] bytes)
    {
        var children = new Digest[Nodes * 2];
        for (var i = 0; i < children.Length; i++) children[i] = new Digest(bytes.AsSpan(i * Digest.Size, Digest.Size));
        var (expected, actual) = (new Digest[Nodes], new Digest[Nodes]);
        BulkSha256.Framework.HashNodes(children, expected);
        way.HashNodes(children, actual);
        return actual.AsSpan().SequenceEqual(expected);
    }

    private static bool AreMessagesRight(BulkSha256 way, byte[] bytes, bool prefixed)
    {
        var messages = new MessageRange[Messages];
        for (var i = 0; i < Messages; i++) messages[i] = new MessageRange(i, i % 7 == 0 ? bytes.Length - (2 * i) : i);
        var (expected, actual) = (new Digest[Messages], new Digest[Messages]);
        Hash(BulkSha256.Framework, bytes, messages, expected, prefixed);
        Hash(way, bytes, messages, actual, prefixed);
        return actual.AsSpan().SequenceEqual(expected);
    }

    private static void Hash(BulkSha256 way, byte[] bytes, MessageRange[] messages, Digest[] digests, bool prefixed)
    {
        if (prefixed) way.HashLeaves(bytes, messages, digests);
        else way.Hash(bytes, messages, digests);
    }

    // Any bytes will do, as long as they differ from each other: a chain of digests.
    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var at = Digest.Size; at < count; at += Digest.Size) SHA256.HashData(bytes.AsSpan(at - Digest.Size, Digest.Size), bytes.AsSpan(at));
        return bytes;
    }
}
