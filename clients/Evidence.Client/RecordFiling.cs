using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Client;

/// <summary>Files many records over one stream: some read their parts ahead, some at a time, one sends, one takes the answers. Large ones are streamed beside it.</summary>
internal sealed class RecordFiling : IDisposable
{
    private const int Readers = 4;
    private const int BatchesAhead = 4;
    private const int OutcomesAhead = 64;
    private const int LargeAtOnce = 2;
    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);

    private readonly EvidenceClient _client;
    private readonly CancellationTokenSource _stop;
    private readonly ConcurrentDictionary<ulong, RecordDraft> _unanswered = new();
    private readonly SemaphoreSlim _large = new(LargeAtOnce);
    private readonly ConcurrentBag<byte[]> _spare = [];
    private readonly Channel<RecordBatch> _ready = Channel.CreateBounded<RecordBatch>(new BoundedChannelOptions(BatchesAhead) { SingleReader = true });
    private readonly Channel<ArchiveOutcome> _outcomes = Channel.CreateBounded<ArchiveOutcome>(OutcomesAhead);

    internal RecordFiling(EvidenceClient client, CancellationToken ct) => (_client, _stop) = (client, CancellationTokenSource.CreateLinkedTokenSource(ct));

    /// <summary>Files the drafts and gives the outcomes as they come.</summary>
    internal async IAsyncEnumerable<ArchiveOutcome> RunAsync(IAsyncEnumerable<RecordDraft> drafts, [EnumeratorCancellation] CancellationToken ct)
    {
        var running = FileAsync(drafts);
        try
        {
            await foreach (var outcome in _outcomes.Reader.ReadAllAsync(ct)) yield return outcome;
        }
        finally
        {
            await _stop.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _large.Dispose();
    }

    // The stream ends with whatever broke it, and then nothing more can be sent; a source of drafts that failed is why the stream ended early.
    private async Task FileAsync(IAsyncEnumerable<RecordDraft> drafts)
    {
        using var call = _client.Archive.ArchiveMany(cancellationToken: _stop.Token);
        var (reading, sending, answering) = (ReadAllAsync(drafts), SendAllAsync(call.RequestStream), AnswerAllAsync(call.ResponseStream));
        var failure = await FailureOfAsync(answering);
        if (reading.IsFaulted) failure = reading.Exception.InnerException;
        await _stop.CancelAsync();
        var (unread, unsent) = (await FailureOfAsync(reading), await FailureOfAsync(sending));
        failure ??= unread ?? unsent;
        _outcomes.Writer.Complete(failure is RpcException e && NodeUnreachableException.IsBehind(e) ? new NodeUnreachableException(_client.Address, e) : failure);
    }

    private static async Task<Exception?> FailureOfAsync(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private async Task ReadAllAsync(IAsyncEnumerable<RecordDraft> drafts)
    {
        try
        {
            await using var batches = new DraftBatches(drafts.GetAsyncEnumerator(_stop.Token));
            await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadSomeAsync(batches))));
        }
        finally
        {
            _ready.Writer.Complete();
        }
    }

    private async Task ReadSomeAsync(DraftBatches batches)
    {
        while (await batches.NextAsync(_stop.Token) is { } drafts)
        {
            if (SmallRecord.SizeOf(drafts[0]) is null) await UploadAsync(drafts[0], _stop.Token);
            else await _ready.Writer.WriteAsync(await ReadAsync(drafts, _stop.Token), _stop.Token);
        }
    }

    private async ValueTask<RecordBatch> ReadAsync(IReadOnlyList<RecordDraft> drafts, CancellationToken ct)
    {
        var batch = new RecordBatch(_spare);
        foreach (var draft in drafts)
        {
            try
            {
                await batch.ReadAsync(draft, SmallRecord.SizeOf(draft)!.Value, ct);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                await _outcomes.Writer.WriteAsync(new ArchiveOutcome(draft, null, e), ct);
            }
        }
        return batch;
    }

    private async Task UploadAsync(RecordDraft draft, CancellationToken ct)
    {
        await _large.WaitAsync(ct);
        try
        {
            await _outcomes.Writer.WriteAsync(await UploadOneAsync(draft, ct), ct);
        }
        finally
        {
            _large.Release();
        }
    }

    private async Task<ArchiveOutcome> UploadOneAsync(RecordDraft draft, CancellationToken ct)
    {
        try
        {
            return new ArchiveOutcome(draft, await _client.ArchiveAsync(draft, null, ct), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is RpcException { StatusCode: not StatusCode.Cancelled } and not NodeUnreachableException))
        {
            return new ArchiveOutcome(draft, null, e);
        }
    }

    private async Task SendAllAsync(IClientStreamWriter<ArchiveManyRequest> requests)
    {
        ulong number = 0;
        await foreach (var batch in _ready.Reader.ReadAllAsync(_stop.Token))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Records.Count; i++)
                {
                    var (draft, record) = batch.Records[i];
                    _unanswered[++number] = draft;
                    requests.WriteOptions = i < batch.Records.Count - 1 ? MoreFollows : WriteOptions.Default;
                    await requests.WriteAsync(new ArchiveManyRequest { Number = number, Record = record }, _stop.Token);
                }
            }
        }
        await requests.CompleteAsync();
    }

    private async Task AnswerAllAsync(IAsyncStreamReader<ArchiveManyResponse> responses)
    {
        while (await responses.MoveNext(_stop.Token)) await _outcomes.Writer.WriteAsync(Outcome(responses.Current), _stop.Token);
        if (!_unanswered.IsEmpty) throw new RpcException(new Status(StatusCode.Internal, $"The node ended the stream and left {_unanswered.Count} records unanswered."));
    }

    private ArchiveOutcome Outcome(ArchiveManyResponse response)
    {
        if (!_unanswered.TryRemove(response.Number, out var draft))
            throw new RpcException(new Status(StatusCode.Internal, $"The node answered for a record number {response.Number}, which was not sent or was answered before."));
        return response.OutcomeCase switch
        {
            ArchiveManyResponse.OutcomeOneofCase.Receipt => new ArchiveOutcome(draft, response.Receipt, null),
            ArchiveManyResponse.OutcomeOneofCase.Refusal => new ArchiveOutcome(draft, null, new RpcException(new Status((StatusCode)response.Refusal.Code, response.Refusal.Message))),
            _ => throw new RpcException(new Status(StatusCode.Internal, "The node's answer for a record is neither a receipt nor a refusal.")),
        };
    }
}
