using System.Text.Json;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>The compiled contract as it is committed in chaincode/artifacts.</summary>
internal sealed class ContractArtifact
{
    private ContractArtifact(JsonElement artifact)
    {
        Bytecode = artifact.Bytes("bytecode");
        DeployedBytecode = artifact.Bytes("deployedBytecode");
        Errors = [.. artifact.Items("abi").Where(entry => entry.Text("type") == "error").Select(ErrorDefinition.Of)];
    }

    internal static ContractArtifact EvidenceAnchor { get; } = Load();

    /// <summary>The code that deploys; the constructor's arguments follow it.</summary>
    internal byte[] Bytecode { get; }

    /// <summary>The code that lies on the chain; the contract has no immutables, so it is the same everywhere.</summary>
    internal byte[] DeployedBytecode { get; }

    internal IReadOnlyList<ErrorDefinition> Errors { get; }

    private static ContractArtifact Load()
    {
        using var stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream("EvidenceAnchor.json")
            ?? throw new InvalidOperationException("The contract artifact is not embedded.");
        using var document = JsonDocument.Parse(stream);
        return new ContractArtifact(document.RootElement);
    }
}
