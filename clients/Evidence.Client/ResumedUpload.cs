using Evidence.V1;
using Grpc.Core;

namespace Evidence.Client;

/// <summary>Sends an upload to its end: goes on after broken connections until too many in a row brought nothing.</summary>
internal sealed class ResumedUpload(UploadService.UploadServiceClient client, EvidenceClientOptions options, string upload, RecordDraft draft, IProgress<long>? received)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private long _reached = -1;

    internal async Task<ArchiveResponse> RunAsync(CancellationToken ct)
    {
        for (var failures = 1; ; failures++)
        {
            var before = _reached;
            try
            {
                return await GoOnAsync(ct);
            }
            catch (RpcException e) when (MayPass(e.StatusCode) && !ct.IsCancellationRequested)
            {
                if (_reached > before) failures = 1;
                if (failures > options.UploadRetries) throw;
                await Task.Delay(DelayAfter(failures), options.TimeProvider, ct);
            }
        }
    }

    // The node is away, or has taken the upload back to an earlier point than it said: asking again tells.
    private static bool MayPass(StatusCode status) => status is StatusCode.Unavailable or StatusCode.OutOfRange;

    private TimeSpan DelayAfter(int failures) =>
        TimeSpan.FromTicks(Math.Min(options.RetryDelay.Ticks << Math.Min(failures - 1, 20), LongestDelay.Ticks));

    private async Task<ArchiveResponse> GoOnAsync(CancellationToken ct)
    {
        var status = await client.GetUploadAsync(new GetUploadRequest { Upload = upload }, cancellationToken: ct);
        if (status.Receipt is { } receipt) return receipt;
        _reached = status.Parts.Sum(p => p.Received);
        received?.Report(_reached);
        await WriteAsync(status, ct);
        return await client.FinishUploadAsync(new FinishUploadRequest { Upload = upload }, cancellationToken: ct);
    }

    private async Task WriteAsync(UploadStatus status, CancellationToken ct)
    {
        using var call = client.WriteUpload(cancellationToken: ct);
        try
        {
            await new PartSender(call.RequestStream, status, draft, received).SendAsync(ct);
        }
        catch (RpcException)
        {
            // The node ended the call before it had everything: its status says why, and the response below throws it.
        }

        await call.ResponseAsync;
    }
}
