using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages.Texts;

/// <summary>
/// statement.json, format "evidence.statement/1": what the archive claims. Nobody can make a package of a record whose content, seal or log proof is not intact, so those are
/// claimed; signature and ledger are left to whoever has roots and a trust.json to judge them by.
/// </summary>
internal static class StatementText
{
    private const string Format = "evidence.statement/1";

    internal static IReadOnlyDictionary<Layer, Outcome> Layers(PackageFacts facts) => new Dictionary<Layer, Outcome>
    {
        [Layer.Content] = Outcome.Intact,
        [Layer.Seal] = Outcome.Intact,
        [Layer.Signature] = facts.Signed == 0 ? Outcome.None : Outcome.Undetermined,
        [Layer.Log] = Outcome.Intact,
        [Layer.Ledger] = Outcome.Undetermined,
    };

    internal static byte[] Render(PackageFacts facts)
    {
        var json = new JsonObject
        {
            ["certificate"] = CertificateText.Of(facts),
            ["checkpoint"] = new JsonObject { ["note"] = facts.NoteSha256.ToString(), ["origin"] = facts.Checkpoint.Origin, ["root"] = facts.Checkpoint.Root.ToString(), ["size"] = facts.Checkpoint.Size },
            ["format"] = Format,
            ["heading"] = facts.Heading.ToString(),
            ["layers"] = new JsonObject(Layers(facts).Select(static layer => KeyValuePair.Create(VerdictText.English(layer.Key), (JsonNode?)VerdictText.English(layer.Value)))),
            ["records"] = new JsonObject { ["count"] = facts.Count, ["first"] = facts.Listed[0].Record.ToString(), ["list"] = facts.List.ToString(), ["signed"] = facts.Signed },
            ["whole"] = VerdictText.English(Outcome.Undetermined),
        };
        if (facts.Anchor is { } anchor) json["anchor"] = AnchorJson(anchor);
        return CanonicalJson.Serialize(json);
    }

    private static JsonObject AnchorJson(AnchorProof anchor) => new()
    {
        ["block"] = anchor.BlockNumber,
        ["blockHash"] = Hex.Of(anchor.BlockHash),
        ["chainId"] = anchor.ChainId,
        ["contract"] = anchor.Contract,
    };
}
