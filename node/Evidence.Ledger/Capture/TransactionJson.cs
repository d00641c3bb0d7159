using System.Text.Json;
using Evidence.Core.Chain;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Rebuilds a transaction, as it stands in the transactions trie, from the JSON-RPC transaction object: legacy, or EIP-2718 types 1 to 4.</summary>
internal static class TransactionJson
{
    private static readonly string[][] FieldsOfType =
    [
        ["nonce", "gasPrice", "gas", "to", "value", "input"],
        ["chainId", "nonce", "gasPrice", "gas", "to", "value", "input", "accessList"],
        ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input", "accessList"],
        ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input", "accessList", "maxFeePerBlobGas", "blobVersionedHashes"],
        ["chainId", "nonce", "maxPriorityFeePerGas", "maxFeePerGas", "gas", "to", "value", "input", "accessList", "authorizationList"],
    ];

    /// <summary>The bytes whose Keccak-256 is the transaction's hash; null for a type that is not known here.</summary>
    /// <exception cref="FormatException">A field is missing or malformed.</exception>
    internal static byte[]? Encode(JsonElement transaction)
    {
        var type = transaction.Field("type") is { } value ? Hex.ParseQuantity(value.AsText("type")) : 0;
        if (type >= (ulong)FieldsOfType.Length) return null;
        var fields = FieldsOfType[type].Select(name => Field(transaction, name)).Concat(Signature(transaction, typed: type > 0));
        return type == 0 ? Rlp.EncodeList(fields) : [(byte)type, .. Rlp.EncodeList(fields)];
    }

    private static byte[] Field(JsonElement transaction, string name) => name switch
    {
        "to" => Rlp.Encode(transaction.Field(name) is { } to ? Hex.ParseData(to.AsText(name), 20) : []),
        "input" => Rlp.Encode(transaction.Bytes(name)),
        "accessList" => Rlp.EncodeList(transaction.Items(name).Select(static entry =>
            Rlp.EncodeList([Rlp.Encode(entry.Bytes("address", 20)), Hashes(entry.Items("storageKeys"))]))),
        "blobVersionedHashes" => Hashes(transaction.Items(name)),
        "authorizationList" => Rlp.EncodeList(transaction.Items(name).Select(static entry =>
            Rlp.EncodeList([Integer(entry, "chainId"), Rlp.Encode(entry.Bytes("address", 20)), Integer(entry, "nonce"), .. Signature(entry, typed: true)]))),
        _ => Integer(transaction, name),
    };

    /// <summary>Typed transactions have the parity of y where a legacy one has v; some servers name it v all the same.</summary>
    private static IEnumerable<byte[]> Signature(JsonElement signed, bool typed) =>
        [Integer(signed, typed && signed.Field("yParity") is not null ? "yParity" : "v"), Integer(signed, "r"), Integer(signed, "s")];

    private static byte[] Integer(JsonElement element, string name) => Rlp.Encode(Hex.ParseInteger(element.Text(name)));

    private static byte[] Hashes(IEnumerable<JsonElement> items) => Rlp.EncodeList(items.Select(static item => Rlp.Encode(Hex.ParseData(item.AsText("hash"), 32))));
}
