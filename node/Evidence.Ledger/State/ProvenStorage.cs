using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.State;

/// <summary>Reads the contract's storage as a block left it, each slot proven (EIP-1186) against the state root of the block's header.</summary>
internal sealed class ProvenStorage(LedgerEndpoint endpoint, string contract, BlockHeader header, CancellationToken ct)
{
    /// <summary>Slots that are asked for at once: each proof has a few kilobytes.</summary>
    private const int Batch = 200;

    private const int StorageField = 2, CodeField = 3;

    /// <summary>The words in the slots, 32 bytes each, in order.</summary>
    /// <exception cref="LedgerMismatchException">What the endpoint gives does not prove it.</exception>
    /// <exception cref="RefusedException">The endpoint does not know the method, or code that is not known is there, whose storage may mean something else.</exception>
    internal async Task<IReadOnlyList<byte[]>> ReadAsync(params IReadOnlyList<StorageSlot> slots)
    {
        List<byte[]> words = [];
        foreach (var batch in slots.Chunk(Batch))
        {
            var answer = await AskAsync(batch);
            var root = await StorageRootAsync(answer);
            var proofs = answer.Items("storageProof");
            if (proofs.Count != batch.Length) throw Mismatch("a proof of each slot", $"{proofs.Count} of {batch.Length}");
            words.AddRange(batch.Zip(proofs, (slot, proof) => Word(root, slot, proof)));
        }

        return words;
    }

    private async Task<JsonElement> AskAsync(StorageSlot[] slots)
    {
        try
        {
            return await endpoint.CallAsync("eth_getProof", ct, contract, new JsonArray([.. slots.Select(static slot => (JsonNode)Hex.Data(slot.Position))]), Hex.Quantity(header.Number));
        }
        catch (RpcErrorException e) when (e.IsMethodMissing)
        {
            throw new RefusedException($"it gives no proofs of the contract's state ({e.ServerMessage})");
        }
    }

    private async Task<byte[]> StorageRootAsync(JsonElement answer)
    {
        var account = Find(header.StateRoot, AccountAddress.Parse(contract), answer.Items("accountProof")) ?? throw Mismatch($"the contract at {contract}", "no account");
        var fields = Rlp.Decode(account).Items;
        if (fields.Count != 4) throw Mismatch("an account of four fields", $"{fields.Count}");
        var code = await ContractCode.FindAsync(endpoint, contract, Hex.Quantity(header.Number), fields[CodeField].Bytes.ToArray(), ct);
        return code.IsEvidenceAnchor ? fields[StorageField].Bytes.ToArray() : throw new RefusedException($"unknown contract code at {contract}, hash {Hex.Data(code.Hash)}: what its storage means cannot be judged");
    }

    private byte[] Word(byte[] root, StorageSlot slot, JsonElement proof)
    {
        if (Find(root, slot.Position, proof.Items("proof")) is not { } value) return new byte[32];
        var bytes = Rlp.Decode(value).Bytes.ToArray();
        return bytes.Length <= 32 ? [.. new byte[32 - bytes.Length], .. bytes] : throw Mismatch("a word of 32 bytes", $"{bytes.Length} bytes");
    }

    private byte[]? Find(byte[] root, byte[] key, IReadOnlyList<JsonElement> nodes)
    {
        try
        {
            return TrieProof.Find(root, Keccak256.Hash(key), [.. nodes.Select(static node => Hex.ParseData(node.AsText("trie node")))]);
        }
        catch (FormatException e)
        {
            throw Mismatch("a proof of it", e.Message);
        }
    }

    private LedgerMismatchException Mismatch(string expected, string got) => new($"the state after block {header.Number}, as {endpoint.Url} proves it,", expected, got);
}
