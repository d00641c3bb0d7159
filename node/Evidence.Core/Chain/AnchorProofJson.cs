using System.Text.Json.Nodes;
using Evidence.Core.Json;

namespace Evidence.Core.Chain;

/// <summary>Anchor proofs as JSON, format "evidence.anchor/1".</summary>
public static class AnchorProofJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.anchor/1";

    /// <summary>The proof as JSON.</summary>
    public static JsonObject ToJson(AnchorProof proof) => new()
    {
        ["format"] = Format,
        ["chainId"] = proof.ChainId,
        ["contract"] = proof.Contract,
        ["logId"] = proof.LogId.ToString(),
        ["size"] = proof.Size,
        ["root"] = proof.Root.ToString(),
        ["checkpoint"] = proof.Checkpoint,
        ["blockNumber"] = proof.BlockNumber,
        ["blockHash"] = Hex.Of(proof.BlockHash),
        ["header"] = Hex.Of(proof.Header),
        ["transactionHash"] = Hex.Of(proof.TransactionHash),
        ["transactionIndex"] = proof.TransactionIndex,
        ["receipt"] = Hex.Of(proof.Receipt),
        ["receiptProof"] = HexArray(proof.ReceiptProof),
        ["followingHeaders"] = HexArray(proof.FollowingHeaders),
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote; every member must be there and no other.</summary>
    /// <exception cref="FormatException">Names the member that is missing, unknown or wrong.</exception>
    public static AnchorProof Parse(JsonNode node)
    {
        var json = new ObjectReader(node, "");
        json.Format(Format);
        var proof = new AnchorProof(
            json.UInt64("chainId"),
            Hex.Of(json.Hex("contract", 20)),
            json.Digest("logId"),
            json.UInt64("size"),
            json.Digest("root"),
            json.String("checkpoint"),
            json.UInt64("blockNumber"),
            json.Hex("blockHash", 32),
            json.Hex("header"),
            json.Hex("transactionHash", 32),
            json.Int32("transactionIndex"),
            json.Hex("receipt"),
            json.HexArray("receiptProof"),
            json.HexArray("followingHeaders"));
        json.End();
        return proof;
    }

    private static JsonArray HexArray(IReadOnlyList<byte[]> items) => new([.. items.Select(static item => (JsonNode)Hex.Of(item))]);
}
