using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>Turns what a reverted call returned into the name of the contract's error.</summary>
internal static class Revert
{
    /// <summary>What require and revert with a text return.</summary>
    private static readonly byte[] TextSelector = FunctionCall.Selector("Error(string)");

    /// <summary>The refusal of a call that is known to have failed; without one of the contract's errors, in the server's words.</summary>
    internal static LedgerRejectedException Explain(RpcErrorException error) => Decode(error) ?? new LedgerRejectedException($"The ledger refused: {error.ServerMessage}.");

    /// <summary>The refusal by the contract itself; null where the error shows none of its errors, and so may be the endpoint's own.</summary>
    internal static LedgerRejectedException? Decode(RpcErrorException error)
    {
        try
        {
            return error.RevertData is { Length: >= 4 } data ? Decode(data.AsSpan(0, 4), new AbiReader(data.AsMemory(4))) : null;
        }
        catch (FormatException)
        {
            return null; // not one of the contract's errors after all
        }
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
