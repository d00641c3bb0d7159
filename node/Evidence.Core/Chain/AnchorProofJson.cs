using System.Text.Json.Nodes;

namespace Evidence.Core.Chain;

/// <summary>Anchor proofs as JSON, format "evidence.anchor/1".</summary>
public static class AnchorProofJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.anchor/1";

    /// <summary>The proof as JSON.</summary>
    public static JsonObject ToJson(AnchorProof proof) => throw new NotImplementedException();

    /// <summary>Reads what <see cref="ToJson"/> wrote; every member must be there and no other.</summary>
    /// <exception cref="FormatException">Names the member that is missing, unknown or wrong.</exception>
    public static AnchorProof Parse(JsonNode node) => throw new NotImplementedException();
}
