using System.Globalization;
using Evidence.Core.Chain;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Capture;

/// <summary>Reads headers by their heights, some at a time. Each is held to the hash that the endpoint states for it; whether they follow each other is for the caller to see.</summary>
internal sealed class HeaderReading(EndpointPool pool, string consensus)
{
    /// <summary>Headers that are asked for at once.</summary>
    internal const int Batch = 64;

    /// <exception cref="LedgerUnreachableException">No endpoint answered, or none has all of the blocks.</exception>
    /// <exception cref="LedgerMismatchException">What was answered does not add up.</exception>
    internal async Task<IReadOnlyList<BlockHeader>> ReadAsync(ulong from, int count, CancellationToken ct)
    {
        try
        {
            return await pool.RunAsync(endpoint => Task.WhenAll(Enumerable.Range(0, count).Select(i => HeaderAsync(endpoint, from + (ulong)i, ct))), ct);
        }
        catch (NotFinalException e)
        {
            throw new LedgerUnreachableException($"No ledger endpoint has all that was asked for: {e.Message}.", e);
        }
    }

    private async Task<BlockHeader> HeaderAsync(LedgerEndpoint endpoint, ulong number, CancellationToken ct)
    {
        var block = await endpoint.CallAsync("eth_getBlockByNumber", ct, Hex.Quantity(number), false);
        if (block.IsNull) throw new NotFinalException(string.Create(CultureInfo.InvariantCulture, $"{endpoint.Url} has no block {number}"));
        var header = BlockJson.Header(block, consensus);
        return header.Number == number ? header : throw new LedgerMismatchException("the block that was asked for by its height", $"{number}", $"{header.Number}");
    }
}
