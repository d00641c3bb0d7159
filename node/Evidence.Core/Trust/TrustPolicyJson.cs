using System.Text.Json.Nodes;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Json;
using Evidence.Core.Notes;

namespace Evidence.Core.Trust;

/// <summary>Reads and writes trust.json, format "evidence.trust/1".</summary>
public static class TrustPolicyJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.trust/1";

    /// <summary>Reads trust.json and takes the SHA-256 of its bytes.</summary>
    /// <exception cref="FormatException">Names the member that is missing, unknown or wrong, and what it should be.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> utf8)
    {
        var json = new ObjectReader(CanonicalJson.Parse(utf8), "");
        json.Format(Format);
        var chain = TrustedChainJson.Read(json.Object("chain"));
        var logs = TrustedLogKeys.Read(json, "logs");
        var witnesses = TrustedWitnesses.Read(json, "witnesses", logs);
        var policy = new TrustPolicy(chain, logs, witnesses, ReadQuorum(json.Object("quorum"), witnesses.Count, chain), Digest.Of(utf8))
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
            ["chain"] = TrustedChainJson.ToJson(policy.Chain),
            ["logs"] = TrustedLogKeys.ToJson(policy.Logs),
            ["witnesses"] = TrustedWitnesses.ToJson(policy.Witnesses),
            ["quorum"] = new JsonObject { ["seals"] = policy.Quorum.Seals, ["witnesses"] = policy.Quorum.Witnesses },
        };
        if (policy.SignatureRootsPem.Count > 0) json["signatureRoots"] = Strings(policy.SignatureRootsPem);
        return CanonicalJson.Serialize(json);
    }

    private static TrustQuorum ReadQuorum(ObjectReader json, int witnesses, TrustedChain chain)
    {
        var quorum = new TrustQuorum(json.Boolean("seals"), json.Int32("witnesses"));
        json.End();
        if (!quorum.Seals && quorum.Witnesses == 0) throw new FormatException("quorum: it asks for neither seals nor witnesses, and so for no proof at all.");
        if (quorum.Seals && chain.Consensus == ConsensusNames.None) throw new FormatException("quorum.seals: it asks for validators' seals, and a chain of consensus 'none' has none. Ask for witnesses, or name the chain's consensus.");
        if (quorum.Seals && chain.Validators.Count == 0) throw new FormatException("quorum.seals: it asks for validators' seals, and chain.validators names nobody.");
        if (quorum.Witnesses > witnesses) throw new FormatException($"quorum.witnesses: it asks for {quorum.Witnesses}, and 'witnesses' names {witnesses}.");
        return quorum;
    }

    internal static void CheckKeys(ObjectReader json, string name, IEnumerable<string> keys, byte algorithm)
    {
        var parsed = keys.Select(VerifierKey.Parse).ToList();
        if (parsed.Find(key => key.Algorithm != algorithm) is { } other) throw json.Wrong(name, $"a list of keys of algorithm 0x{algorithm:x2}: '{other}' is of another");
        // The same key under two names would count twice: a cosignature does not commit to the name.
        if (parsed.DistinctBy(static key => Convert.ToHexString(key.PublicKey)).Count() != parsed.Count) throw json.Wrong(name, "a list of distinct public keys");
    }

    internal static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(static value => (JsonNode)value)]);
}
