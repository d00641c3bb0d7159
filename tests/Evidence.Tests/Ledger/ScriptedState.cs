using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;
using Evidence.Ledger.State;

namespace Evidence.Tests.Ledger;

/// <summary>The state of a chain with one contract, EvidenceAnchor, that holds anchors of logs; all logs have one operator and no name.</summary>
internal sealed class ScriptedState
{
    internal static readonly byte[] Operator = [.. Enumerable.Repeat((byte)0x11, 20)];

    private readonly Dictionary<string, byte[]> _words;
    private readonly byte[] _code;
    private readonly MerklePatriciaTrie _storage, _accounts;

    private ScriptedState(Dictionary<string, byte[]> words, byte[] code)
    {
        (_words, _code) = (words, code);
        _storage = new MerklePatriciaTrie(words.Select(static word => (Keccak256.Hash(Convert.FromHexString(word.Key)), Rlp.Encode(Trim(word.Value)))));
        byte[][] account = [Rlp.Encode(1UL), Rlp.Encode(0UL), Rlp.Encode(_storage.Root), Rlp.Encode(Keccak256.Hash(code))];
        var other = Keccak256.Hash([1]);
        _accounts = new MerklePatriciaTrie([(Keccak256.Hash(SampleChain.Contract), Rlp.EncodeList(account)), (other, Rlp.EncodeList(account))]);
    }

    /// <summary>The state before any anchor.</summary>
    internal static ScriptedState Of(byte[] code) => new([], code);

    internal byte[] Root => _accounts.Root;

    /// <summary>The state after a block with these anchors.</summary>
    internal ScriptedState After(ulong number, ulong time, IEnumerable<AnchoredEvent> anchored)
    {
        var words = new Dictionary<string, byte[]>(_words);
        foreach (var anchor in anchored)
        {
            var log = StorageSlot.At(6).Of(anchor.LogId);
            var count = words.TryGetValue(Key(log.Plus(4)), out var word) ? BinaryPrimitives.ReadUInt64BigEndian(word.AsSpan(24)) : 0;
            words[Key(log)] = [.. new byte[12], .. Operator];
            words[Key(log.Plus(4))] = Word(count + 1);
            words[Key(log.Plus(4).Items.Plus(2 * count))] = Word(time, number, anchor.Size);
            words[Key(log.Plus(4).Items.Plus((2 * count) + 1))] = anchor.Root.ToArray();
        }

        return new ScriptedState(words, _code);
    }

    /// <summary>The answer of eth_getProof.</summary>
    internal JsonObject Prove(JsonArray slots) => new()
    {
        ["accountProof"] = Nodes(_accounts, SampleChain.Contract),
        ["storageProof"] = new JsonArray([.. slots.Select(slot => new JsonObject { ["key"] = slot!.DeepClone(), ["proof"] = Nodes(_storage, Convert.FromHexString(slot!.GetValue<string>().AsSpan(2))) })]),
    };

    private static JsonArray Nodes(MerklePatriciaTrie trie, byte[] key) => new([.. trie.Proof(Keccak256.Hash(key)).Select(static node => (JsonNode)("0x" + Convert.ToHexStringLower(node)))]);

    private static string Key(StorageSlot slot) => Convert.ToHexString(slot.Position);

    private static byte[] Trim(byte[] word) => [.. word.SkipWhile(static b => b == 0)];

    private static byte[] Word(params ulong[] numbers)
    {
        var word = new byte[32];
        for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(word.AsSpan(8 * (4 - numbers.Length + i)), numbers[i]);
        return word;
    }
}
