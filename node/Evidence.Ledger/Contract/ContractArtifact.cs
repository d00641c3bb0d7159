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
        Errors = [.. Of(artifact, "error")];
        // Only what members call becomes a proposal, and none of those calls has an argument that has no text.
        Functions = [.. Of(artifact, "function").Where(function => function.Name is "registerLog" or "rotateOperator" or "closeLog" or "changeConsortium")];
    }

    internal static ContractArtifact EvidenceAnchor { get; } = Load();

    /// <summary>The code that deploys; the constructor's arguments follow it.</summary>
    internal byte[] Bytecode { get; }

    /// <summary>The code that lies on the chain; the contract has no immutables, so it is the same everywhere.</summary>
    internal byte[] DeployedBytecode { get; }

    internal IReadOnlyList<AbiDefinition> Errors { get; }

    /// <summary>The calls by which the consortium decides.</summary>
    internal IReadOnlyList<AbiDefinition> Functions { get; }

    private static IEnumerable<AbiDefinition> Of(JsonElement artifact, string type) =>
        artifact.Items("abi").Where(entry => entry.Text("type") == type).Select(AbiDefinition.Of);

    private static ContractArtifact Load()
    {
        using var stream = typeof(ContractArtifact).Assembly.GetManifestResourceStream("EvidenceAnchor.json")
            ?? throw new InvalidOperationException("The contract artifact is not embedded.");
        using var document = JsonDocument.Parse(stream);
        return new ContractArtifact(document.RootElement);
    }
}
