using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Json;

namespace Evidence.Core.Trust;

/// <summary>The member "chain" of trust.json.</summary>
internal static class TrustedChainJson
{
    internal static TrustedChain Read(ObjectReader json)
    {
        var consensus = json.String("consensus");
        if (!ConsensusNames.All.Contains(consensus)) throw json.Wrong("consensus", $"one of {string.Join(", ", ConsensusNames.All)}");
        var chain = new TrustedChain(
            json.UInt64("chainId"), Hex.Of(json.Hex("genesis", 32)), Hex.Of(json.Hex("contract", 20)), consensus, json.Items("validators", ReadRange))
        {
            Epoch = consensus != ConsensusNames.None && json.Has("epoch") ? json.UInt64("epoch") : TrustedChain.UsualEpoch,
            FollowsHistory = consensus != ConsensusNames.None && json.Has("history") && json.Boolean("history"),
        };
        if (chain.Epoch == 0) throw json.Wrong("epoch", "at least 1");
        if (Overlap(chain.Validators) is { } range) throw json.Wrong("validators", $"a list of ranges that do not overlap: that from {range.From} begins before another ends");
        json.End();
        return chain;
    }

    internal static JsonObject ToJson(TrustedChain chain)
    {
        var json = new JsonObject
        {
            ["chainId"] = chain.ChainId,
            ["genesis"] = chain.Genesis,
            ["contract"] = chain.Contract,
            ["consensus"] = chain.Consensus,
            ["validators"] = new JsonArray([.. chain.Validators.Select(RangeJson)]),
        };
        if (chain.Epoch != TrustedChain.UsualEpoch) json["epoch"] = chain.Epoch;
        if (chain.FollowsHistory) json["history"] = true;
        return json;
    }

    private static ValidatorRange ReadRange(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var range = new ValidatorRange(
            json.UInt64("from"),
            json.Has("to") ? json.UInt64("to") : null,
            [.. json.HexArray("addresses").Select(address => address.Length == 20 ? Hex.Of(address) : throw json.Wrong("addresses", "a list of addresses of 20 bytes"))]);
        if (range.To < range.From) throw json.Wrong("to", "at least 'from'");
        if (range.Addresses.Count is 0 or > BftExtraData.MaxValidators) throw json.Wrong("addresses", $"a list of 1 to {BftExtraData.MaxValidators} addresses");
        if (range.Addresses.Distinct(StringComparer.Ordinal).Count() != range.Addresses.Count) throw json.Wrong("addresses", "a list of distinct addresses");
        json.End();
        return range;
    }

    /// <summary>The first range that begins before one that began earlier has ended.</summary>
    private static ValidatorRange? Overlap(IReadOnlyList<ValidatorRange> ranges)
    {
        var sorted = ranges.OrderBy(static range => range.From).ToList();
        return sorted.Skip(1).Where((range, index) => sorted[index].To is not { } to || to >= range.From).FirstOrDefault();
    }

    private static JsonNode RangeJson(ValidatorRange range)
    {
        var json = new JsonObject { ["from"] = range.From, ["addresses"] = TrustPolicyJson.Strings(range.Addresses) };
        if (range.To is { } to) json["to"] = to;
        return json;
    }
}
