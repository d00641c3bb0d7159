using Evidence.Client;

namespace Evidence.Bench.Load;

/// <summary>Two duplex streams of unsigned records of 1 KiB, each other than all before.</summary>
internal sealed class UnsignedStreams(BenchContext context, Func<EvidenceClient> connect) : IAsyncDisposable
{
    private readonly RecordStreams _streams = new(context, connect);
    private int _next;

    /// <summary>Records a second.</summary>
    internal Task<double> RateAsync(int perStream, CancellationToken ct)
    {
        var first = _next;
        _next += 2 * perStream;
        return _streams.RateAsync(Drafts(first, perStream), Drafts(first + perStream, perStream), 2 * perStream, ct);
    }

    public ValueTask DisposeAsync() => _streams.DisposeAsync();

    private static IEnumerable<RecordDraft> Drafts(int first, int count) => Enumerable.Range(first, count).Select(SmallRecords.Draft);
}
