using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;

namespace Evidence.Tests.Ledger;

public sealed class TrieTests
{
    [VectorTheory]
    [InlineData("trieanyorder.json")]
    [InlineData("trietest.json")]
    public void Gives_the_published_roots_and_proves_every_entry(string file)
    {
        foreach (var (name, test) in EthereumVectors.Load("TrieTests", file))
        {
            var entries = Entries(test!["in"]!);
            var trie = new MerklePatriciaTrie(entries);
            Assert.True(EthereumVectors.Bytes(test["root"]).AsSpan().SequenceEqual(trie.Root), name);
            foreach (var (key, value) in entries)
            {
                var proof = trie.Proof(key);
                Assert.True(TrieProof.Verify(trie.Root, key, proof).AsSpan().SequenceEqual(value), name);
            }
        }
    }

    [VectorTheory]
    [InlineData("get-account-proof-latest.io")]
    [InlineData("get-account-proof-with-storage.io")]
    public void Verifies_account_proofs_of_a_real_state(string file)
    {
        var answer = EthereumVectors.Rpc("eth_getProof", file)!;
        var nodes = answer["accountProof"]!.AsArray().Select(EthereumVectors.Bytes).ToList();
        var stateRoot = EthereumVectors.Bytes(EthereumVectors.Rpc("eth_getBlockByNumber", "get-latest.io")!["stateRoot"]);
        var key = Keccak256.Hash(EthereumVectors.Bytes(answer["address"]));
        var account = Rlp.Decode(TrieProof.Verify(stateRoot, key, nodes)).Items;
        Assert.Equal(EthereumVectors.Bytes(answer["storageHash"]), account[2].Bytes.ToArray());
        Assert.Null(TrieProof.Verify(stateRoot, Keccak256.Hash(key), nodes));
    }

    [Fact]
    public void Refuses_a_proof_with_a_node_missing_left_over_changed_or_of_another_key()
    {
        var trie = new MerklePatriciaTrie(Many);
        var key = Many[77].Key;
        var proof = trie.Proof(key);
        Assert.Equal(Many[77].Value, TrieProof.Verify(trie.Root, key, proof));
        Assert.Null(TrieProof.Verify(trie.Root, key, [.. proof.SkipLast(1)]));
        Assert.Null(TrieProof.Verify(trie.Root, key, [.. proof, proof[^1]]));
        Assert.Null(TrieProof.Verify(trie.Root, key, [.. proof.Skip(1)]));
        Assert.Null(TrieProof.Verify(trie.Root, key, []));
        Assert.Null(TrieProof.Verify(trie.Root, Many[78].Key, proof));
        Assert.Null(TrieProof.Verify(new byte[32], key, proof));
    }

    [Fact]
    public void Refuses_a_proof_in_which_any_one_bit_is_flipped()
    {
        var trie = new MerklePatriciaTrie(Many);
        var key = Many[5].Key;
        var proof = trie.Proof(key).Select(static node => node.ToArray()).ToList();
        foreach (var node in proof)
        {
            for (var bit = 0; bit < node.Length * 8; bit++)
            {
                node[bit / 8] ^= (byte)(1 << bit % 8);
                Assert.Null(TrieProof.Verify(trie.Root, key, proof));
                node[bit / 8] ^= (byte)(1 << bit % 8);
            }
        }
    }

    [Fact]
    public void Proves_nothing_for_a_key_that_is_not_there()
    {
        var trie = new MerklePatriciaTrie(Many);
        var absent = "absent"u8.ToArray();
        Assert.Null(TrieProof.Verify(trie.Root, absent, trie.Proof(absent)));
        var empty = new MerklePatriciaTrie([]);
        Assert.Null(TrieProof.Verify(empty.Root, absent, [[0x80]]));
    }

    [Fact]
    public void Tells_that_there_is_nothing_from_what_is_not_proven()
    {
        var trie = new MerklePatriciaTrie(Many);
        foreach (var absent in new[] { "absent"u8.ToArray(), [0x80, 0x80], [0x82, 0xff, 0xff] })
        {
            var proof = trie.Proof(absent);
            Assert.Null(TrieProof.Find(trie.Root, absent, proof));
            AssertUnproven(absent, [.. proof.SkipLast(1)]);
            AssertUnproven(absent, [.. proof.Skip(1)]);
            AssertUnproven(absent, [.. proof, proof[^1]]);
            AssertUnproven(absent, [[.. proof[0][..^1], (byte)(proof[0][^1] ^ 1)], .. proof.Skip(1)]);
        }

        Assert.Equal(Many[77].Value, TrieProof.Find(trie.Root, Many[77].Key, trie.Proof(Many[77].Key)));
        Assert.Null(TrieProof.Find(new MerklePatriciaTrie([]).Root, [1], []));
        void AssertUnproven(byte[] key, IReadOnlyList<byte[]> nodes) => Assert.Throws<FormatException>(() => TrieProof.Find(trie.Root, key, nodes));
    }

    private static (byte[] Key, byte[] Value)[] Many { get; } =
        [.. Enumerable.Range(0, 300).Select(static i => (Rlp.Encode((ulong)i), Keccak256.Hash(Rlp.Encode((ulong)i))))];

    /// <summary>An object of entries, or a list of changes in which null deletes.</summary>
    private static Dictionary<string, byte[]> Read(JsonNode input)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var changes = input is JsonObject map
            ? map.Select(static member => (member.Key, Value: (string?)member.Value))
            : input.AsArray().Select(static pair => (Key: (string)pair![0]!, Value: (string?)pair[1]));
        foreach (var (key, value) in changes)
        {
            if (value is null) entries.Remove(key);
            else entries[key] = Bytes(value);
        }

        return entries;
    }

    private static List<(byte[] Key, byte[] Value)> Entries(JsonNode input) => [.. Read(input).Select(static entry => (Bytes(entry.Key), entry.Value))];

    private static byte[] Bytes(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2)) : Encoding.UTF8.GetBytes(text);
}
