using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Evidence.Node.Configuration;

namespace Evidence.Network;

/// <summary>Writes the configuration of a local network's nodes and its trust.json.</summary>
internal static class NetworkFiles
{
    private const string Roots = "signature-roots.pem";

    internal static NodeFiles Init(string folder, string name, string url)
    {
        var own = Path.Combine(folder, name);
        return new NodeFiles(own, url, NodeInitializer.Init(own, new NodeInitOptions(name, null, url)));
    }

    /// <summary>No seals, since this chain has none; instead the cosignatures of all other nodes.</summary>
    internal static void WriteTrust(string file, Deployment ledger, IReadOnlyList<NodeFiles> nodes, string? roots)
    {
        var policy = new TrustPolicy(
            new TrustedChain(ledger.ChainId, ledger.Genesis.ToLowerInvariant(), ledger.Contract.ToLowerInvariant(), "none", []),
            [.. nodes.Select(n => new TrustedKey(n.Identity.LogKey))],
            [.. nodes.Select(n => new TrustedWitness(n.Identity.WitnessKey, n.Identity.Origin))],
            new TrustQuorum(Seals: false, Witnesses: nodes.Count - 1),
            default(Digest))
        {
            SignatureRootsPem = roots is null ? [] : [roots],
        };
        File.WriteAllBytes(file, TrustPolicyJson.Encode(policy));
    }

    internal static void Configure(NodeFiles node, IReadOnlyList<NodeFiles> all, Deployment deployment, Uri ledger, LocalNetworkOptions options)
    {
        var json = JsonNode.Parse(File.ReadAllText(node.Config))!.AsObject();
        if (options.SignatureRoots is not null)
        {
            File.WriteAllText(Path.Combine(node.Folder, Roots), options.SignatureRoots.TrimEnd() + "\n");
            json["signatureRoots"] = new JsonArray(Roots);
        }
        json["requireSignature"] = options.RequireSignature;
        // A network for trying things out, on loopback only: whoever has this machine may do everything.
        json["access"] = new JsonObject { ["anonymous"] = new JsonArray("submitter", "archivist", "auditor", "court", "administrator", "replica") };
        if (all.Count > 1) json["trust"] = "../trust.json"; // a node alone has no witnesses, and this chain no seals: nothing to trust
        json["peers"] = new JsonArray([.. all.Where(n => n != node).Select(n => new JsonObject { ["name"] = n.Identity.Name, ["address"] = n.Url })]);
        var section = new JsonObject
        {
            ["endpoints"] = new JsonArray(ledger.ToString()),
            ["chainId"] = deployment.ChainId,
            ["genesis"] = deployment.Genesis,
            ["contract"] = deployment.Contract,
        };
        if (options.AnchorEverySeconds is { } seconds) section["anchorEverySeconds"] = seconds;
        json["ledger"] = section;
        json["events"] = new JsonObject { ["sealAfterSeconds"] = 86_400 }; // a log grows by what is filed, so that records can be counted
        if (options.AttestEverySeconds is { } attest)
        {
            json["replication"] = new JsonObject { ["attestEverySeconds"] = attest };
            json["replicas"] = new JsonObject { ["proveEverySeconds"] = attest }; // nothing is attested before it is proven
        }

        File.WriteAllText(node.Config, json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }
}
