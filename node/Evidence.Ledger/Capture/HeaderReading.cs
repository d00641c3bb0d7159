using System.Globalization;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>
/// Reads headers by their heights, some at a time. Each is held to the hash that the endpoint states for it, and must be the child of the one before it: an endpoint
/// that is on another chain, or falls silent half way, is no reason to stop: the next is asked for the same blocks.
/// </summary>
internal sealed class HeaderReading(EndpointPool pool, string consensus)
{
    /// <summary>Headers that are asked for at once.</summary>
    internal const int Batch = 64;

    /// <param name="from">Height of the first.</param>
    /// <param name="count">How many.</param>
    /// <param name="parent">Hash of the block before the first; null where none is known.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="LedgerUnreachableException">No endpoint answered, or none has all of the blocks, each the child of the one before it.</exception>
    /// <exception cref="LedgerMismatchException">What was answered does not add up.</exception>
    internal async Task<IReadOnlyList<BlockHeader>> ReadAsync(ulong from, int count, byte[]? parent, CancellationToken ct)
    {
        try
        {
            return await pool.RunAsync(endpoint => ReadAsync(endpoint, from, count, parent, ct), ct);
        }
        catch (NotFinalException e)
        {
            throw new LedgerUnreachableException($"No ledger endpoint has all that was asked for: {e.Message}. Ask again.", e);
        }
    }

    private async Task<IReadOnlyList<BlockHeader>> ReadAsync(LedgerEndpoint endpoint, ulong from, int count, byte[]? parent, CancellationToken ct)
    {
        var headers = await Task.WhenAll(Enumerable.Range(0, count).Select(i => HeaderAsync(endpoint, from + (ulong)i, ct)));
        foreach (var header in headers)
        {
            if (parent is not null && !header.ParentHash.AsSpan().SequenceEqual(parent))
                throw new NotFinalException(string.Create(CultureInfo.InvariantCulture, $"block {header.Number} of {endpoint.Url} does not follow the block before it: the chain was reorganised meanwhile, or endpoints are on several chains"));
            parent = BlockHash.Of(header, consensus);
        }

        return headers;
    }

    private async Task<BlockHeader> HeaderAsync(LedgerEndpoint endpoint, ulong number, CancellationToken ct)
    {
        var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, Hex.Quantity(number), false);
        if (block.IsNull) throw new NotFinalException(string.Create(CultureInfo.InvariantCulture, $"{endpoint.Url} has no block {number}"));
        var header = BlockJson.Header(block, consensus);
        return header.Number == number ? header : throw new LedgerMismatchException("the block that was asked for by its height", $"{number}", $"{header.Number}");
    }
}
