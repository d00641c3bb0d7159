using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Core.Trust;

/// <summary>Reads and writes trust.json, format "evidence.trust/1".</summary>
public static class TrustPolicyJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.trust/1";

    private static readonly string[] KnownConsensus = ["none", "clique", "qbft", "ibft2"];

    /// <summary>Reads trust.json and takes the SHA-256 of its bytes.</summary>
    /// <exception cref="FormatException">Names the member that is missing, unknown or wrong, and what it should be.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> utf8)
    {
        var json = new ObjectReader(CanonicalJson.Parse(utf8), "");
        json.Format(Format);
        var logs = Keys(json, "logs", VerifierKey.Ed25519Note);
        var witnesses = TrustedWitnesses.Read(json, "witnesses", logs);
        var policy = new TrustPolicy(ReadChain(json.Object("chain")), logs, witnesses, ReadQuorum(json.Object("quorum"), witnesses.Count), Digest.Of(utf8))
        {
            SignatureRootsPem = json.Has("signatureRoots") ? json.Items("signatureRoots", TrustedRoots.ReadPem) : [],
        };
        json.End();
        return policy;
    }

    /// <summary>Writes trust.json as RFC 8785 JSON; <see cref="TrustPolicy.Sha256"/> of the argument is not looked at.</summary>
    public static byte[] Encode(TrustPolicy policy)
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["chain"] = ChainJson(policy.Chain),
            ["logs"] = Strings(policy.Logs.Select(static key => key.Key)),
            ["witnesses"] = TrustedWitnesses.ToJson(policy.Witnesses),
            ["quorum"] = new JsonObject { ["seals"] = policy.Quorum.Seals, ["witnesses"] = policy.Quorum.Witnesses },
        };
        if (policy.SignatureRootsPem.Count > 0) json["signatureRoots"] = Strings(policy.SignatureRootsPem);
        return CanonicalJson.Serialize(json);
    }

    private static TrustedChain ReadChain(ObjectReader json)
    {
        var consensus = json.String("consensus");
        if (!KnownConsensus.Contains(consensus)) throw json.Wrong("consensus", $"one of {string.Join(", ", KnownConsensus)}");
        var chain = new TrustedChain(
            json.UInt64("chainId"), Hex.Of(json.Hex("genesis", 32)), Hex.Of(json.Hex("contract", 20)), consensus, json.Items("validators", ReadRange));
        json.End();
        return chain;
    }

    private static ValidatorRange ReadRange(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var range = new ValidatorRange(
            json.UInt64("from"),
            json.Has("to") ? json.UInt64("to") : null,
            [.. json.HexArray("addresses").Select(address => address.Length == 20 ? Hex.Of(address) : throw json.Wrong("addresses", "a list of addresses of 20 bytes"))]);
        if (range.To < range.From) throw json.Wrong("to", "at least 'from'");
        json.End();
        return range;
    }

    private static TrustQuorum ReadQuorum(ObjectReader json, int witnesses)
    {
        var quorum = new TrustQuorum(json.Boolean("seals"), json.Int32("witnesses"));
        json.End();
        if (!quorum.Seals && quorum.Witnesses == 0) throw new FormatException("quorum: it asks for neither seals nor witnesses, and so for no proof at all.");
        if (quorum.Witnesses > witnesses) throw new FormatException($"quorum.witnesses: it asks for {quorum.Witnesses}, and 'witnesses' names {witnesses}.");
        return quorum;
    }

    private static IReadOnlyList<TrustedKey> Keys(ObjectReader json, string name, byte algorithm)
    {
        var keys = json.StringArray(name);
        CheckKeys(json, name, keys, algorithm);
        return [.. keys.Select(static key => new TrustedKey(key))];
    }

    internal static void CheckKeys(ObjectReader json, string name, IEnumerable<string> keys, byte algorithm)
    {
        var parsed = keys.Select(VerifierKey.Parse).ToList();
        if (parsed.Find(key => key.Algorithm != algorithm) is { } other) throw json.Wrong(name, $"a list of keys of algorithm 0x{algorithm:x2}: '{other}' is of another");
        // The same key under two names would count twice: a cosignature does not commit to the name.
        if (parsed.DistinctBy(static key => Convert.ToHexString(key.PublicKey)).Count() != parsed.Count) throw json.Wrong(name, "a list of distinct public keys");
    }

    private static JsonObject ChainJson(TrustedChain chain) => new()
    {
        ["chainId"] = chain.ChainId,
        ["genesis"] = chain.Genesis,
        ["contract"] = chain.Contract,
        ["consensus"] = chain.Consensus,
        ["validators"] = new JsonArray([.. chain.Validators.Select(RangeJson)]),
    };

    private static JsonNode RangeJson(ValidatorRange range)
    {
        var json = new JsonObject { ["from"] = range.From, ["addresses"] = Strings(range.Addresses) };
        if (range.To is { } to) json["to"] = to;
        return json;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode)value)]);
}
