using Evidence.Core.Crypto;
using Evidence.Ledger.Contract;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.State;

/// <summary>What is known of a contract's code: only that of EvidenceAnchor says what the slots of its storage mean.</summary>
/// <param name="Hash">Its hash, as the account states it.</param>
/// <param name="IsEvidenceAnchor">Whether it does what the contract of this version does.</param>
internal sealed record ContractCode(byte[] Hash, bool IsEvidenceAnchor)
{
    private static readonly byte[] Today = ContractArtifact.EvidenceAnchor.DeployedBytecode;

    private static readonly byte[] TodaysHash = Keccak256.Hash(Today);

    /// <summary>Judges the code with this proven hash; where it is not that of this version to the byte, the endpoint shows it.</summary>
    /// <exception cref="LedgerMismatchException">What the endpoint shows is not the code with this hash.</exception>
    internal static async Task<ContractCode> FindAsync(LedgerEndpoint endpoint, string contract, string block, byte[] hash, CancellationToken ct)
    {
        if (hash.AsSpan().SequenceEqual(TodaysHash)) return new ContractCode(hash, true);
        if (endpoint.Code is { } known && known.Hash.AsSpan().SequenceEqual(hash)) return known;
        var code = Hex.ParseData((await endpoint.CallAsync("eth_getCode", ct, contract, block)).AsText("code"));
        var shown = Keccak256.Hash(code);
        if (!shown.AsSpan().SequenceEqual(hash)) throw new LedgerMismatchException($"the code at {contract} that {endpoint.Url} shows", $"the hash {Hex.Data(hash)}", Hex.Data(shown));
        return endpoint.Code = new ContractCode(hash, WithoutMetadata(code).SequenceEqual(WithoutMetadata(Today)));
    }

    /// <summary>Without what the compiler puts behind the code, and its length in two bytes: its version, and a hash of the sources, in which a comment counts (Solidity, "Contract Metadata").</summary>
    private static ReadOnlySpan<byte> WithoutMetadata(ReadOnlySpan<byte> code)
    {
        if (code.Length < 2) return code;
        var behind = (code[^2] << 8 | code[^1]) + 2;
        // A map in CBOR of 1 to 23 entries.
        return behind < code.Length && code[^behind] is > 0xa0 and < 0xb8 ? code[..^behind] : code;
    }
}
