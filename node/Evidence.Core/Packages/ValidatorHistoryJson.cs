using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Json;

namespace Evidence.Core.Packages;

/// <summary>anchors/history.json, format "evidence.history/1": headers that prove how the validators changed.</summary>
public static class ValidatorHistoryJson
{
    private const string Format = "evidence.history/1";

    /// <summary>The bytes of the file.</summary>
    public static byte[] Encode(ValidatorHistory history) => CanonicalJson.Serialize(new JsonObject
    {
        ["format"] = Format,
        ["headers"] = new JsonArray([.. history.Headers.Select(static header => (JsonNode)Hex.Of(header))]),
    });

    /// <summary>The headers; what they prove is for the verifier to say.</summary>
    /// <exception cref="FormatException">The bytes are not what <see cref="Encode"/> writes, or there are more headers than are read.</exception>
    public static ValidatorHistory Parse(ReadOnlySpan<byte> bytes)
    {
        var json = new ObjectReader(CanonicalJson.Parse(bytes), "");
        json.Format(Format);
        var headers = json.HexArray("headers");
        if (headers.Count > ValidatorHistory.MaxHeaders) throw json.Wrong("headers", $"a list of at most {ValidatorHistory.MaxHeaders} headers");
        json.End();
        var history = new ValidatorHistory(headers);
        return bytes.SequenceEqual(Encode(history)) ? history : throw new FormatException("It is not in canonical form (RFC 8785).");
    }
}
