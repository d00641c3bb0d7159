using System.Globalization;
using System.Runtime.CompilerServices;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Ledger.Capture;

namespace Evidence.Ledger;

/// <summary>How far the making of a history is.</summary>
/// <param name="Block">The header that was read last.</param>
/// <param name="First">The first one to read.</param>
/// <param name="Last">The last one.</param>
public readonly record struct HistoryProgress(ulong Block, ulong First, ulong Last);

/// <summary>
/// Makes the history of headers that proves to whoever holds a trust.json who the validators are behind its last range. The chain is read twice: once all of it, to see which
/// headers are needed, and then those; so that the memory is that of the history. No endpoint is believed: what comes out was followed as a verifier will.
/// </summary>
public sealed class HistoryCapture
{
    /// <summary>Bytes that a header takes in the file beside its hexadecimal digits.</summary>
    private const int Marks = 5;

    /// <summary>More than the file's frame takes.</summary>
    private const int Frame = 64;

    private readonly TrustedChain _chain;
    private readonly LedgerClient _ledger;
    private readonly int _maxHeaders;
    private readonly int _maxBytes;

    /// <param name="ledger">A client of the chain, of its consensus.</param>
    /// <param name="chain">What trust.json says of it; its last range of validators must have an end.</param>
    /// <param name="maxHeaders">Most headers that it may have: <see cref="ValidatorHistory.MaxHeaders"/> are read.</param>
    /// <param name="maxBytes">Most bytes that the file may have.</param>
    public HistoryCapture(LedgerClient ledger, TrustedChain chain, int maxHeaders, int maxBytes) => (_ledger, _chain, _maxHeaders, _maxBytes) = (ledger, chain, maxHeaders, maxBytes);

    /// <summary>Makes the history.</summary>
    /// <param name="to">The last block to look at; null: the newest.</param>
    /// <param name="progress">Hears of each batch of the first reading.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The history, and in one sentence what it proves.</returns>
    /// <exception cref="HistoryException">There is nothing to prove, or nothing that could be; the message says what to do.</exception>
    /// <exception cref="LedgerException">The ledger does not answer, or not truly.</exception>
    public async Task<(ValidatorHistory History, string Proves)> RunAsync(ulong? to, IProgress<HistoryProgress> progress, CancellationToken ct)
    {
        var selection = HistorySelection.Of(_chain);
        var last = await LastAsync(to, selection.KnownTo, ct);
        await foreach (var header in WalkAsync(new HistorySpan(selection.First, last), ct))
        {
            selection.Take(header);
            if (header.Number % HeaderReading.Batch == 0 || header.Number == last) progress.Report(new HistoryProgress(header.Number, selection.First, last));
        }

        var history = new ValidatorHistory(await FetchAsync(selection, ct));
        var (faults, proves) = history.Follow(_chain);
        return proves is not null ? (history, proves) : throw new HistoryException(string.Join(" ", faults.Select(static fault => $"{fault.Code}: {fault.Subject}: {fault.Message}{(fault.Actual is null ? "" : $" Expected {fault.Expected}, found {fault.Actual}.")}")));
    }

    private async Task<ulong> LastAsync(ulong? to, ulong known, CancellationToken ct)
    {
        var newest = (await _ledger.StatusAsync(ct)).BlockNumber;
        if (to > newest) throw Wrong($"The newest block is {newest}, below {to}: give the command again when that block is there.");
        return (to ?? newest) is var last && last > known ? last : throw Wrong($"trust.json names the validators up to block {known}, and the history is to go to block {last}: there is nothing to prove yet.");
    }

    private async Task<List<byte[]>> FetchAsync(HistorySelection selection, CancellationToken ct)
    {
        var (headers, bytes) = (new List<byte[]>(), Frame);
        foreach (var span in selection.Spans())
        {
            if ((ulong)headers.Count + span.Count > (ulong)_maxHeaders) throw selection.TooLong(span);
            await foreach (var header in WalkAsync(span, ct))
            {
                headers.Add(header.Rlp.ToArray());
                bytes += 2 * header.Rlp.Length + Marks;
                if (bytes > _maxBytes) throw selection.TooLong(span);
            }
        }

        return headers;
    }

    /// <summary>The headers of a span, each the child of the one before it.</summary>
    private async IAsyncEnumerable<BlockHeader> WalkAsync(HistorySpan span, [EnumeratorCancellation] CancellationToken ct)
    {
        byte[]? parent = null;
        for (var from = span.From; from <= span.To; from += HeaderReading.Batch)
        {
            var headers = await _ledger.HeadersAsync(from, (int)Math.Min(HeaderReading.Batch, span.To - from + 1), parent, ct);
            parent = BlockHash.Of(headers[^1], _chain.Consensus);
            foreach (var header in headers) yield return header;
        }
    }

    private static HistoryException Wrong(FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture));
}
