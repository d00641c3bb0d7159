using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>Turns what a reverted call returned into the name of the contract's error.</summary>
internal static class Revert
{
    /// <summary>What require and revert with a text return.</summary>
    private static readonly byte[] TextSelector = FunctionCall.Selector("Error(string)");

    internal static LedgerRejectedException Explain(RpcErrorException error)
    {
        try
        {
            if (error.RevertData is { Length: >= 4 } data && Decode(data.AsSpan(0, 4), new AbiReader(data.AsMemory(4))) is { } decoded) return decoded;
        }
        catch (FormatException)
        {
            // Not one of the contract's errors after all: the server's words are all there is.
        }
        return new LedgerRejectedException($"The ledger refused: {error.ServerMessage}.");
    }

    private static LedgerRejectedException? Decode(ReadOnlySpan<byte> selector, AbiReader arguments)
    {
        if (selector.SequenceEqual(TextSelector)) return new LedgerRejectedException($"The contract refused: {arguments.Text(0)}.");
        foreach (var error in ContractArtifact.EvidenceAnchor.Errors)
            if (selector.SequenceEqual(error.Selector)) return Named(error, error.Arguments(arguments));
        return null;
    }

    private static LedgerRejectedException Named(AbiDefinition error, IReadOnlyList<string> arguments)
    {
        return new LedgerRejectedException($"The contract refused: {error.Text(arguments)}.", error.Name, arguments);
    }
}
