using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Log;

namespace Evidence.Tests.Log;

/// <summary>The definitions of RFC 9162, section 2.1, written down as they stand there, each D[a:b] a range of its own. Shares nothing with what it checks; hashes are kept only so that the tests end.</summary>
internal sealed class NaiveTree : INodeSource
{
    private readonly List<byte[]> _entries = [];
    private readonly Dictionary<Range, Digest> _hashes = [];

    internal static NaiveTree OfSize(int size)
    {
        var tree = new NaiveTree();
        for (var i = 0; i < size; i++) tree._entries.Add([(byte)i, (byte)(i >> 8), 0x5a]);
        return tree;
    }

    internal Digest LeafHash(int leaf) => Mth(leaf, leaf + 1);

    internal Digest Root(int size) => Mth(0, size);

    internal List<Digest> Path(int leaf, int size) => Path(leaf, 0, size);

    internal List<Digest> Proof(int oldSize, int newSize) => oldSize == newSize ? [] : SubProof(oldSize, 0, newSize, true);

    public Digest Node(int level, ulong index) => Mth((int)index << level, ((int)index + 1) << level);

    private Digest Mth(int a, int b)
    {
        if (!_hashes.TryGetValue(a..b, out var hash)) _hashes[a..b] = hash = new Digest(SHA256.HashData(Hashed(a, b)));
        return hash;
    }

    private byte[] Hashed(int a, int b)
    {
        if (a == b) return [];
        if (b - a == 1) return [0, .. _entries[a]];
        var k = a + Split(b - a);
        return [1, .. Mth(a, k).ToArray(), .. Mth(k, b).ToArray()];
    }

    private List<Digest> Path(int m, int a, int b)
    {
        if (b - a == 1) return [];
        var k = Split(b - a);
        return m < k ? [.. Path(m, a, a + k), Mth(a + k, b)] : [.. Path(m - k, a + k, b), Mth(a, a + k)];
    }

    private List<Digest> SubProof(int m, int a, int b, bool known)
    {
        if (m == b - a) return known ? [] : [Mth(a, b)];
        var k = Split(b - a);
        return m <= k ? [.. SubProof(m, a, a + k, known), Mth(a + k, b)] : [.. SubProof(m - k, a + k, b, false), Mth(a, a + k)];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }
}
