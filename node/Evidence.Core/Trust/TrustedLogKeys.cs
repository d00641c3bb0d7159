using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Core.Trust;

/// <summary>The logs in trust.json: each its first key as a string, or an object of any of its keys and its id on the ledger.</summary>
internal static class TrustedLogKeys
{
    internal static IReadOnlyList<TrustedKey> Read(ObjectReader json, string name)
    {
        var logs = json.Items(name, ReadOne);
        TrustPolicyJson.CheckKeys(json, name, logs.Select(static log => log.Key), VerifierKey.Ed25519Note);
        return logs;
    }

    internal static JsonArray ToJson(IEnumerable<TrustedKey> logs) => new([.. logs.Select(static log =>
        log.Id is { } id ? (JsonNode)new JsonObject { ["id"] = id.ToString(), ["key"] = log.Key } : log.Key)]);

    private static TrustedKey ReadOne(JsonNode? node, string path)
    {
        if (node?.GetValueKind() == JsonValueKind.String) return new TrustedKey(node.GetValue<string>());
        var json = new ObjectReader(node, path);
        var log = new TrustedKey(json.String("key"), json.Digest("id"));
        json.End();
        return log;
    }
}
