namespace Evidence.Core.Hashing;

/// <summary>
/// SHA-256 (FIPS 180-4) of many messages at once, for rebuilding and comparing: one vector register holds the same word of many messages. Digests that are written into seals come from the framework,
/// and so must the confirmation of any difference that is reported. Safe for use by several threads at once; allocates nothing.
/// </summary>
public abstract class BulkSha256
{
    /// <summary>Every way there is, the fastest first; the last one is the framework's, which every machine has.</summary>
    public static IReadOnlyList<BulkSha256> All { get; } = [new Avx512Sha256(), new Avx2Sha256(), new FrameworkSha256()];

    private static readonly Lazy<BulkSha256Choice> Choice = new(() => BulkSha256Choice.Among(All));

    /// <summary>The framework's SHA-256, message by message.</summary>
    public static BulkSha256 Framework => All[^1];

    /// <summary>The fastest way that this machine has and that gave the framework's digests when it was first asked for.</summary>
    public static BulkSha256 Best => Choice.Value.Best;

    /// <summary>Which ways of this machine gave other digests than the framework and are not used; null when none did. Such a machine computes wrongly: it should not be trusted with anything.</summary>
    public static string? Complaint => Choice.Value.Complaint;

    /// <summary>Name, for reports: AVX-512, AVX2, framework.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this machine can run it.</summary>
    public abstract bool IsSupported { get; }

    /// <summary>Hashes pairs: <paramref name="parents"/>[i] = SHA-256(0x01 || <paramref name="children"/>[2i] || <paramref name="children"/>[2i+1]), the nodes of a Merkle tree (RFC 9162).</summary>
    /// <param name="children">An even number of hashes.</param>
    /// <param name="parents">Half as many; may begin where the children begin.</param>
    /// <exception cref="ArgumentException">The lengths do not go together.</exception>
    public void HashNodes(ReadOnlySpan<Digest> children, Span<Digest> parents)
    {
        if (children.Length != parents.Length * 2) throw new ArgumentException($"{children.Length} children do not give {parents.Length} parents.", nameof(parents));
        HashPairs(children, parents);
    }

    /// <summary>Hashes messages as they are.</summary>
    /// <param name="bytes">Holds the messages.</param>
    /// <param name="messages">Where they lie.</param>
    /// <param name="digests">Takes as many digests, in the same order.</param>
    /// <exception cref="ArgumentException">There are more or fewer digests than messages, or a message lies outside the bytes.</exception>
    public void Hash(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessageRange> messages, Span<Digest> digests)
    {
        Check(bytes.Length, messages, digests.Length);
        HashMessages(bytes, messages, digests, prefix: null);
    }

    /// <summary>Hashes the leaves of a Merkle tree: SHA-256(0x00 || entry) (RFC 9162).</summary>
    /// <param name="bytes">Holds the entries.</param>
    /// <param name="entries">Where they lie.</param>
    /// <param name="hashes">Takes as many leaf hashes, in the same order.</param>
    /// <exception cref="ArgumentException">There are more or fewer hashes than entries, or an entry lies outside the bytes.</exception>
    public void HashLeaves(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessageRange> entries, Span<Digest> hashes)
    {
        Check(bytes.Length, entries, hashes.Length);
        HashMessages(bytes, entries, hashes, prefix: 0x00);
    }

    private protected abstract void HashPairs(ReadOnlySpan<Digest> children, Span<Digest> parents);

    private protected abstract void HashMessages(ReadOnlySpan<byte> bytes, ReadOnlySpan<MessageRange> messages, Span<Digest> digests, byte? prefix);

    private static void Check(int length, ReadOnlySpan<MessageRange> messages, int digests)
    {
        if (messages.Length != digests) throw new ArgumentException($"There are {messages.Length} messages and room for {digests} digests.", nameof(digests));
        foreach (var (offset, count) in messages)
            if (offset < 0 || count < 0 || offset > length - count) throw new ArgumentException($"The message of {count} bytes at {offset} does not lie within {length} bytes.", nameof(messages));
    }
}
