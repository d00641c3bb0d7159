namespace Evidence.Client;

/// <summary>
/// Deals drafts out to those who read them: as many at a time as are there and small, so that not every one of them passes from hand to hand by itself. A large one comes alone. Who comes while another takes waits for it.
/// </summary>
internal sealed class DraftBatches(IAsyncEnumerator<RecordDraft> source) : IAsyncDisposable
{
    private const int MostDrafts = 64;
    private const int EnoughBytes = 256 << 10;

    private readonly SemaphoreSlim _turn = new(1);
    private Task<bool>? _coming;
    private RecordDraft? _held;
    private bool _ended;

    /// <summary>The next drafts; null when there are none left.</summary>
    internal async ValueTask<IReadOnlyList<RecordDraft>?> NextAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var batch = new List<RecordDraft>();
            long bytes = 0;
            while (batch.Count < MostDrafts && bytes < EnoughBytes && await PeekAsync(mayWait: batch.Count == 0) is { } draft)
            {
                var size = SmallRecord.SizeOf(draft);
                if (batch.Count > 0 && (size is null || bytes + size > SmallRecord.MaxBytes)) break;
                batch.Add(draft);
                _held = null;
                if (size is null) break;
                bytes += size.Value;
            }
            return batch.Count > 0 ? batch : null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the source, once it has answered what it was asked.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_coming is not null) await ((Task)_coming).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await source.DisposeAsync();
        _turn.Dispose();
    }

    // A source that has nothing at hand is not waited for by those who have something; what it was asked for comes next time.
    private async ValueTask<RecordDraft?> PeekAsync(bool mayWait)
    {
        if (_held is not null || _ended) return _held;
        _coming ??= source.MoveNextAsync().AsTask();
        if (!mayWait && !_coming.IsCompletedSuccessfully) return null;
        var coming = _coming;
        _coming = null;
        _ended = true; // also when this throws: it must not be asked again
        if (!await coming) return null;
        _ended = false;
        return _held = source.Current;
    }
}
