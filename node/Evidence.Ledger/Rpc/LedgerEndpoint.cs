using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evidence.Ledger.Rpc;

/// <summary>An endpoint and whether it has shown that it is of the pinned chain.</summary>
internal sealed class LedgerEndpoint(JsonRpcEndpoint rpc, LedgerOptions options, TimeProvider time)
{
    /// <summary>A connection may be renewed to another chain without any call failing; so the identity is asked for again from time to time.</summary>
    private static readonly TimeSpan IdentityHolds = TimeSpan.FromSeconds(10);

    /// <summary>How long an endpoint that answered falsely is asked only where no other answers.</summary>
    private static readonly TimeSpan SetAsideHolds = TimeSpan.FromMinutes(5);

    private volatile Identity? _identity;
    private volatile Lie? _lie;
    private volatile bool _isDoubtful;

    internal Uri Url => rpc.Url;

    /// <summary>The newest block that it proved.</summary>
    internal State.ProvenBlock? Proven { get; set; }

    /// <summary>The contract's code that it showed last.</summary>
    internal State.ContractCode? Code { get; set; }

    /// <summary>What it answered falsely a short time ago; null when nothing.</summary>
    internal string? SetAsideFor => _lie is { } lie && time.GetElapsedTime(lie.At) < SetAsideHolds ? lie.Reason : null;

    internal ulong ChainId => Known.ChainId;

    internal string Genesis => Known.Genesis;

    private Identity Known => _identity ?? throw new InvalidOperationException("The endpoint has not been identified.");

    /// <summary>Asks for the identity again before the next use.</summary>
    internal void Forget() => _isDoubtful = true; // and no more: others may be at work with what it showed

    /// <summary>It answered falsely, and so may answer falsely again.</summary>
    internal void SetAside(string reason) => _lie = new Lie(reason, time.GetTimestamp());

    internal Task<JsonElement> CallAsync(string method, CancellationToken ct, params JsonNode?[] parameters) => rpc.CallAsync(method, ct, parameters);

    /// <exception cref="LedgerMismatchException">Another chain id, another genesis, or no contract at the address.</exception>
    internal async Task IdentifyAsync(CancellationToken ct)
    {
        if (!_isDoubtful && _identity is { } known && time.GetElapsedTime(known.CheckedAt) < IdentityHolds) return;
        var chainId = Hex.ParseQuantity((await rpc.CallAsync("eth_chainId", ct)).AsText("chain id"));
        if (options.ChainId is { } pinned && pinned != chainId)
            throw new LedgerMismatchException($"the chain id of {Url}", $"{pinned}", $"{chainId}");

        var genesis = (await rpc.CallAsync("eth_getBlockByNumber", ct, "0x0", false)).Text("hash").ToLowerInvariant();
        if (options.Genesis is { } hash && !string.Equals(hash, genesis, StringComparison.OrdinalIgnoreCase))
            throw new LedgerMismatchException($"the genesis hash of {Url}", hash, genesis);

        if (options.Contract is { } contract && (await rpc.CallAsync("eth_getCode", ct, contract, "latest")).AsText("code") == "0x")
            throw new LedgerMismatchException($"the code at {contract} on {Url}", "the EvidenceAnchor contract", "no code");
        _identity = new Identity(chainId, genesis, time.GetTimestamp());
        _isDoubtful = false;
    }

    private sealed record Lie(string Reason, long At);

    private sealed record Identity(ulong ChainId, string Genesis, long CheckedAt);
}
