using System.IO.Pipelines;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;
using Evidence.Node.Verification;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Verdict = Evidence.Core.Verification.Verdict;

namespace Evidence.Node.Services;

/// <summary>Answers whether records are what was filed, and gives out evidence packages.</summary>
internal sealed class VerificationGrpcService(
    NodeOptions options, NodeLogs logs, RecordEvidenceReader reader, NodeTrust trust, PackageBuilder packages, ILogger<VerificationGrpcService> logger)
    : VerificationService.VerificationServiceBase
{
    private const int ChunkBytes = 256 << 10;

    public override Task<V1.Verdict> VerifyRecord(VerifyRecordRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var (_, verdict) = await VerifyAsync(RequestReading.RecordIdOf(request.Record), ct);
            return verdict.ToMessage(options.Name);
        });

    public override Task<VerifyDigestResponse> VerifyDigest(VerifyDigestRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var digest = RequestReading.DigestOf(request.Sha256);
            var response = new VerifyDigestResponse();
            foreach (var id in logs.All.SelectMany(log => log.FindContent(digest)).Distinct())
            {
                var (gathered, verdict) = await VerifyAsync(id, ct);
                // The index leads here and is no evidence: a record counts only if its own seal names the digest.
                if (gathered.Stored.Seal?.Parts.Any(p => p.Sha256 == digest) ?? true) response.Verdicts.Add(verdict.ToMessage(options.Name));
            }
            return response;
        });

    public override Task GetEvidencePackage(
        GetEvidencePackageRequest request, IServerStreamWriter<GetEvidencePackageResponse> responseStream, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var (gathered, verdict) = await VerifyAsync(RequestReading.RecordIdOf(request.Record), ct);
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * ChunkBytes, resumeWriterThreshold: 2 * ChunkBytes));
            var writing = Task.Run(() => WriteAsync(pipe.Writer, zip => packages.Write(zip, gathered, verdict)), CancellationToken.None);
            try
            {
                await SendAsync(pipe.Reader, responseStream, ct);
            }
            catch (Exception e)
            {
                await pipe.Reader.CompleteAsync(e);
                pipe.Writer.CancelPendingFlush(); // or the writer would go on into nothing
                await writing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw;
            }
            await writing;
        });

    private async Task<(GatheredRecord Gathered, Verdict Verdict)> VerifyAsync(RecordId id, CancellationToken ct)
    {
        var gathered = await reader.ReadAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
        return (gathered, RecordVerifier.Verify(gathered.Evidence, trust.Policy));
    }

    // The writer fills the pipe as fast as the client empties it, so a package of any size takes the memory of a few chunks.
    private static async Task WriteAsync(PipeWriter writer, Action<Stream> write)
    {
        try
        {
            write(writer.AsStream(leaveOpen: true));
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e);
        }
    }

    private static async Task SendAsync(PipeReader reader, IServerStreamWriter<GetEvidencePackageResponse> responses, CancellationToken ct)
    {
        var package = reader.AsStream();
        var buffer = new byte[ChunkBytes];
        for (int read; (read = await package.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0;)
            await responses.WriteAsync(new GetEvidencePackageResponse { Chunk = ByteString.CopyFrom(buffer, 0, read) }, ct);
    }
}
