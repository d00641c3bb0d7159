using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Core.Trust;

/// <summary>The witnesses in trust.json: each a key as a string, or an object of the key and the log that the witness's own node writes.</summary>
internal static class TrustedWitnesses
{
    internal static IReadOnlyList<TrustedWitness> Read(ObjectReader json, string name, IReadOnlyList<TrustedKey> logs)
    {
        var witnesses = json.Items(name, ReadOne);
        TrustPolicyJson.CheckKeys(json, name, witnesses.Select(static witness => witness.Key), VerifierKey.CosignatureV1);
        var origins = logs.Select(static log => VerifierKey.Parse(log.Key).Name).ToHashSet(StringComparer.Ordinal);
        // A name with a slip of the pen would let a node vouch for its own log.
        if (witnesses.FirstOrDefault(witness => witness.Log is { } log && !origins.Contains(log)) is { } stray) throw json.Wrong(name, $"witnesses of logs that 'logs' names: '{stray.Log}' is none of them");
        return witnesses;
    }

    internal static JsonArray ToJson(IEnumerable<TrustedWitness> witnesses) => new([.. witnesses.Select(static witness =>
        witness.Log is { } log ? (JsonNode)new JsonObject { ["key"] = witness.Key, ["log"] = log } : witness.Key)]);

    private static TrustedWitness ReadOne(JsonNode? node, string path)
    {
        if (node?.GetValueKind() == JsonValueKind.String) return new TrustedWitness(node.GetValue<string>());
        var json = new ObjectReader(node, path);
        var witness = new TrustedWitness(json.String("key"), json.OptionalString("log"));
        json.End();
        return witness;
    }
}
