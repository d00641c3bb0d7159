using System.Threading.Channels;
using Evidence.Node.Access;
using Evidence.Node.Archiving;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>
/// One stream of whole records. Records are archived beside each other and answered in their order; while enough of them are under way or
/// unanswered nothing more is read, so neither a fast sender nor one who reads no answers can fill the node's memory.
/// </summary>
/// <param name="archiver">Archives each record.</param>
/// <param name="access">Who files them.</param>
/// <param name="receipt">Makes its receipt.</param>
/// <param name="refusal">Says what a failure of it means for the client.</param>
internal sealed class RecordStream(RecordArchiver archiver, CallAccess access, Func<ArchivedRecord, ArchiveResponse> receipt, Func<Exception, Status> refusal)
{
    // Enough for large groups also while a sync takes its time. All that is under way survives a collection, so that more costs more than it brings.
    private const int MaxRecords = 1024;
    private const long MaxBytes = 16 << 20;
    private const int RecordOverhead = 1 << 10;
    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);

    private readonly FlowWindow _window = new(MaxRecords, MaxBytes);
    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Archives and answers until the client has sent its last record, or has gone. When it returns, nothing is under way.</summary>
    internal async Task RunAsync(IAsyncStreamReader<ArchiveManyRequest> requests, IServerStreamWriter<ArchiveManyResponse> responses, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var answering = AnswerAllAsync(responses, stop);
        try
        {
            await TakeAllAsync(requests, stop.Token);
        }
        finally
        {
            // What was taken is answered also when the rest cannot be read.
            _pending.Writer.Complete();
            await answering;
        }
    }

    private async Task TakeAllAsync(IAsyncStreamReader<ArchiveManyRequest> requests, CancellationToken ct)
    {
        while (true)
        {
            await _window.RoomAsync(ct);
            if (!await requests.MoveNext(ct)) return;
            var request = requests.Current;
            var size = SizeOf(request.Record);
            _window.Enter(size);
            _pending.Writer.TryWrite(new Pending(request.Number, size, SealAsync(request.Record, ct), request.Record?.Lease));
        }
    }

    // What there is to check in a signature takes longer than all the rest: other processors take part in that.
    private ValueTask<SealedRecord> SealAsync(ArchiveRecordRequest? request, CancellationToken ct) => request?.Parts.Count > 1
        ? new ValueTask<SealedRecord>(Task.Run(async () => await archiver.SealAsync(UploadMessages.Whole(request, access), ct), ct))
        : SealNowAsync(request, ct);

    private async ValueTask<SealedRecord> SealNowAsync(ArchiveRecordRequest? request, CancellationToken ct) => await archiver.SealAsync(UploadMessages.Whole(request, access), ct);

    // Answers that are ready together are sent together.
    private async Task AnswerAllAsync(IServerStreamWriter<ArchiveManyResponse> responses, CancellationTokenSource stop)
    {
        var pending = _pending.Reader;
        while (await pending.WaitToReadAsync(CancellationToken.None))
        {
            while (pending.TryRead(out var next))
            {
                var response = await AnswerAsync(next);
                if (!stop.IsCancellationRequested) await SendAsync(responses, response, pending.TryPeek(out var after) && after.IsDone, stop);
                next.Lease?.Dispose();
                _window.Leave(next.Size);
            }
        }
    }

    private async ValueTask<ArchiveManyResponse> AnswerAsync(Pending pending)
    {
        try
        {
            return new ArchiveManyResponse { Number = pending.Number, Receipt = receipt(await archiver.StoredAsync(await pending.Record)) };
        }
        catch (Exception e)
        {
            var status = refusal(e);
            return new ArchiveManyResponse { Number = pending.Number, Refusal = new RecordRefusal { Code = (int)status.StatusCode, Message = status.Detail } };
        }
    }

    // A client that has gone is told nothing more, and what it still sends is not taken.
    private static async ValueTask SendAsync(IServerStreamWriter<ArchiveManyResponse> responses, ArchiveManyResponse response, bool moreFollows, CancellationTokenSource stop)
    {
        try
        {
            responses.WriteOptions = moreFollows ? MoreFollows : WriteOptions.Default;
            await responses.WriteAsync(response, stop.Token);
        }
        catch (Exception)
        {
            await stop.CancelAsync();
        }
    }

    private static long SizeOf(ArchiveRecordRequest? record)
    {
        long size = RecordOverhead;
        foreach (var part in record?.Parts ?? []) size += part.Data.Length;
        return size;
    }

    private readonly record struct Pending(ulong Number, long Size, ValueTask<SealedRecord> Record, IDisposable? Lease)
    {
        internal bool IsDone => Record.IsFaulted || (Record.IsCompletedSuccessfully && Record.Result.Appending.IsCompleted);
    }
}
