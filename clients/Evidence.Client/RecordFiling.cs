using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Client;

/// <summary>Files many records over one stream: some read their parts ahead, one sends, one takes the answers. Large ones are streamed beside it.</summary>
internal sealed class RecordFiling : IDisposable
{
    private const int Readers = 4;
    private const int ReadAhead = 64;
    private const int LargeAtOnce = 2;
    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);

    private readonly EvidenceClient _client;
    private readonly CancellationTokenSource _stop;
    private readonly ConcurrentDictionary<ulong, RecordDraft> _unanswered = new();
    private readonly SemaphoreSlim _large = new(LargeAtOnce);
    private readonly Channel<(RecordDraft Draft, SmallRecord Record)> _ready = Channel.CreateBounded<(RecordDraft, SmallRecord)>(new BoundedChannelOptions(ReadAhead) { SingleReader = true });
    private readonly Channel<ArchiveOutcome> _outcomes = Channel.CreateBounded<ArchiveOutcome>(ReadAhead);

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
        while (_ready.Reader.TryRead(out var left)) left.Record.Dispose();
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
            await using var source = drafts.GetAsyncEnumerator(_stop.Token);
            using var turn = new SemaphoreSlim(1);
            await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadSomeAsync(source, turn))));
        }
        finally
        {
            _ready.Writer.Complete();
        }
    }

    private async Task ReadSomeAsync(IAsyncEnumerator<RecordDraft> source, SemaphoreSlim turn)
    {
        while (await NextAsync(source, turn) is { } draft) await ReadAsync(draft, _stop.Token);
    }

    private async ValueTask<RecordDraft?> NextAsync(IAsyncEnumerator<RecordDraft> source, SemaphoreSlim turn)
    {
        await turn.WaitAsync(_stop.Token);
        try
        {
            return await source.MoveNextAsync() ? source.Current : null;
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask ReadAsync(RecordDraft draft, CancellationToken ct)
    {
        try
        {
            if (SmallRecord.Fits(draft)) await _ready.Writer.WriteAsync((draft, await SmallRecord.ReadAsync(draft, ct)), ct);
            else await UploadAsync(draft, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await _outcomes.Writer.WriteAsync(new ArchiveOutcome(draft, null, e), ct);
        }
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
        catch (RpcException e) when (e is not NodeUnreachableException && e.StatusCode != StatusCode.Cancelled)
        {
            return new ArchiveOutcome(draft, null, e);
        }
    }

    private async Task SendAllAsync(IClientStreamWriter<ArchiveManyRequest> requests)
    {
        ulong number = 0;
        await foreach (var (draft, record) in _ready.Reader.ReadAllAsync(_stop.Token))
        {
            using (record)
            {
                _unanswered[++number] = draft;
                requests.WriteOptions = _ready.Reader.Count > 0 ? MoreFollows : WriteOptions.Default;
                await requests.WriteAsync(new ArchiveManyRequest { Number = number, Record = record.Message }, _stop.Token);
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
