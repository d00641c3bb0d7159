using Evidence.Client;

namespace Evidence.Bench.Load;

/// <summary>Two duplex streams of small records, each over a connection of its own.</summary>
internal sealed class RecordStreams(BenchContext context, Func<EvidenceClient> connect) : IAsyncDisposable
{
    private readonly EvidenceClient _one = connect();
    private readonly EvidenceClient _two = connect();

    /// <summary>Records a second, from the first one that is sent to the last acknowledgement.</summary>
    /// <param name="first">Records of the first stream.</param>
    /// <param name="second">As many others, of the second one.</param>
    /// <param name="count">How many these are together.</param>
    /// <param name="ct">Gives up.</param>
    internal async Task<double> RateAsync(IEnumerable<RecordDraft> first, IEnumerable<RecordDraft> second, int count, CancellationToken ct) =>
        count / await context.SecondsAsync(() => Task.WhenAll(SmallRecords.StreamAsync(_one, first, ct), SmallRecords.StreamAsync(_two, second, ct)));

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }
}
