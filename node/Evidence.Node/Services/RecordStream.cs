using System.Threading.Channels;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Node.Services;

/// <summary>
/// One stream of whole records. Records are archived beside each other and answered as they are done; while enough of them are under way or
/// unanswered nothing more is read, so neither a fast sender nor one who reads no answers can fill the node's memory.
/// </summary>
/// <param name="archive">Archives one record.</param>
/// <param name="refusal">Says what a failure of it means for the client.</param>
internal sealed class RecordStream(Func<ArchiveRecordRequest?, CancellationToken, Task<ArchiveResponse>> archive, Func<Exception, Status> refusal)
{
    private const int MaxRecords = 2048;
    private const long MaxBytes = 16 << 20;
    private static readonly WriteOptions MoreFollows = new(WriteFlags.BufferHint);

    private readonly FlowWindow _window = new(MaxRecords, MaxBytes);
    private readonly Channel<Answer> _answers = Channel.CreateUnbounded<Answer>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Archives and answers until the client has sent its last record, or has gone. When it returns, nothing is under way.</summary>
    internal async Task RunAsync(IAsyncStreamReader<ArchiveManyRequest> requests, IServerStreamWriter<ArchiveManyResponse> responses, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var answering = AnswerAsync(responses, stop);
        try
        {
            await TakeAsync(requests, stop.Token);
        }
        finally
        {
            // What was taken is answered also when the rest cannot be read.
            await _window.EmptyAsync();
            _answers.Writer.Complete();
            await answering;
        }
    }

    private async Task TakeAsync(IAsyncStreamReader<ArchiveManyRequest> requests, CancellationToken ct)
    {
        while (true)
        {
            await _window.RoomAsync(ct);
            if (!await requests.MoveNext(ct)) return;
            var request = requests.Current;
            var size = request.CalculateSize();
            _window.Enter(size);
            _ = ArchiveAsync(request, size, ct);
        }
    }

    private async Task ArchiveAsync(ArchiveManyRequest request, long size, CancellationToken ct)
    {
        var response = new ArchiveManyResponse { Number = request.Number };
        try
        {
            response.Receipt = await archive(request.Record, ct);
        }
        catch (Exception e)
        {
            var status = refusal(e);
            response.Refusal = new RecordRefusal { Code = (int)status.StatusCode, Message = status.Detail };
        }
        _answers.Writer.TryWrite(new Answer(response, size));
    }

    // Answers that are ready together are sent together.
    private async Task AnswerAsync(IServerStreamWriter<ArchiveManyResponse> responses, CancellationTokenSource stop)
    {
        var answers = _answers.Reader;
        while (await answers.WaitToReadAsync(CancellationToken.None))
        {
            while (answers.TryRead(out var answer))
            {
                if (!stop.IsCancellationRequested) await SendAsync(responses, answer.Response, answers.TryPeek(out _), stop);
                _window.Leave(answer.Size);
            }
        }
    }

    // A client that has gone is told nothing more, and what it still sends is not taken.
    private static async Task SendAsync(IServerStreamWriter<ArchiveManyResponse> responses, ArchiveManyResponse response, bool moreFollows, CancellationTokenSource stop)
    {
        try
        {
            responses.WriteOptions = moreFollows ? MoreFollows : WriteOptions.Default;
            await responses.WriteAsync(response, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            await stop.CancelAsync();
        }
    }

    private readonly record struct Answer(ArchiveManyResponse Response, long Size);
}
