using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Node.Configuration;

namespace Evidence.Node.Verification;

/// <summary>The trust.json that this node judges by, if it has one.</summary>
internal sealed record NodeTrust(TrustPolicy? Policy)
{
    /// <summary>Reads the file of the configuration.</summary>
    /// <exception cref="ConfigurationException">It cannot be read, is not a trust.json, or is of another kind of ledger than the node anchors on.</exception>
    internal static NodeTrust Load(NodeOptions options)
    {
        var consensus = options.Ledger?.Consensus ?? ConsensusNames.None;
        if (options.TrustFile is not { } file)
            return consensus != ConsensusNames.Clique ? new NodeTrust((TrustPolicy?)null) : throw new ConfigurationException(options.DataFolder, ["\"ledger.consensus\" is clique, and there is no \"trust\": only a trust.json that names the signers says when more than half of them have built on a block"]);
        var policy = Read(file);
        if (options.Ledger is not null && policy.Chain.Consensus != consensus)
            throw new ConfigurationException(file, [$"chain.consensus is {policy.Chain.Consensus}, and \"ledger.consensus\" in the node's configuration is {consensus}: make them agree"]);
        if (consensus == ConsensusNames.Clique && policy.Chain.Validators.Count == 0)
            throw new ConfigurationException(file, ["chain.validators names nobody: a node on a Clique ledger must know its signers"]);
        return new NodeTrust(policy);
    }

    private static TrustPolicy Read(string file)
    {
        try
        {
            return TrustPolicyJson.Parse(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(file, [e.Message]);
        }
    }
}
