using System.IO.Pipelines;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Node.Access;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Logs;
using Evidence.Node.Packaging;
using Evidence.Node.Verification;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Verdict = Evidence.Core.Verification.Verdict;

namespace Evidence.Node.Services;

/// <summary>Answers whether records are what was filed, and gives out evidence packages.</summary>
internal sealed class VerificationGrpcService(
    NodeOptions options, NodeLogs logs, RecordFinder finder, RecordEvidenceReader reader, NodeTrust trust, PackageBuilder packages, EventRecorder events, ILogger<VerificationGrpcService> logger)
    : VerificationService.VerificationServiceBase
{
    private const int ChunkBytes = 256 << 10;
    private const int MaxRecords = 10_000;

    public override Task<V1.Verdict> VerifyRecord(VerifyRecordRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var (_, verdict) = await VerifyAsync(await AdmittedAsync(RequestReading.RecordIdOf(request.Record), CallAccess.Of(context), ct), ct);
            return verdict.ToMessage(options.Name);
        });

    public override Task<VerifyDigestResponse> VerifyDigest(VerifyDigestRequest request, ServerCallContext context) =>
        ServiceCall.RunAsync(logger, context, async ct =>
        {
            var digest = RequestReading.DigestOf(request.Sha256);
            var (access, response) = (CallAccess.Of(context), new VerifyDigestResponse());
            foreach (var id in logs.All.SelectMany(log => log.FindContent(digest)).Distinct())
            {
                if (access.IsLimited && !(await finder.FindAsync(id, ct) is var (log, stored) && access.MayHave(log, stored.Seal))) continue;
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
            var (plan, unknown) = await packages.PlanAsync(OrderOf(request), ct);
            if (plan is null) throw RequestReading.NoSuchRecord(unknown);
            var (progress, agent) = (new PackageProgress(), CallAccess.AgentOf(context));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 * ChunkBytes, resumeWriterThreshold: 2 * ChunkBytes));
            var writing = Task.Run(() => WriteAsync(pipe.Writer, zip => packages.WriteAsync(zip, plan, progress, record => events.ReadOut(plan.Log, record, agent), stop.Token)), CancellationToken.None);
            try
            {
                await SendAsync(pipe.Reader, responseStream, plan, progress, ct);
            }
            catch (Exception e)
            {
                await stop.CancelAsync();
                await pipe.Reader.CompleteAsync(e);
                pipe.Writer.CancelPendingFlush(); // or the writer would go on into nothing
                await writing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw;
            }
            await writing;
        });

    private PackageOrder OrderOf(GetEvidencePackageRequest request)
    {
        if (request.Records.Count > MaxRecords) throw ServiceCall.InvalidArgument($"{request.Records.Count} numbers are more than the {MaxRecords} that one request may name.");
        if ((request.Records.Count > 0) == (request.Fonds.Length > 0)) throw ServiceCall.InvalidArgument("Name either the numbers of records or a fonds.");
        return new PackageOrder([.. request.Records.Select(RequestReading.RecordIdOf)], request.Fonds, RequestReading.LogOf(logs, request.Log), request.Checkpoint, !request.WithoutEvents);
    }

    // Before anything of it is read: a record may be large.
    private async Task<RecordId> AdmittedAsync(RecordId id, CallAccess access, CancellationToken ct)
    {
        if (!access.IsLimited) return id;
        var (log, stored) = await finder.FindAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
        access.Demand(log, stored.Seal);
        return id;
    }

    private async Task<(GatheredRecord Gathered, Verdict Verdict)> VerifyAsync(RecordId id, CancellationToken ct)
    {
        var gathered = await reader.ReadAsync(id, ct) ?? throw RequestReading.NoSuchRecord(id);
        return (gathered, RecordVerifier.Verify(gathered.Evidence, trust.Policy));
    }

    // The writer fills the pipe as fast as the client empties it, so a package of any size takes the memory of a few chunks.
    private static async Task WriteAsync(PipeWriter writer, Func<Stream, Task> write)
    {
        try
        {
            await write(writer.AsStream(leaveOpen: true));
            await writer.CompleteAsync();
        }
        catch (Exception e)
        {
            await writer.CompleteAsync(e);
        }
    }

    private static async Task SendAsync(PipeReader reader, IServerStreamWriter<GetEvidencePackageResponse> responses, PackagePlan plan, PackageProgress progress, CancellationToken ct)
    {
        var package = reader.AsStream();
        var buffer = new byte[ChunkBytes];
        for (int read; (read = await package.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct)) > 0;)
        {
            await responses.WriteAsync(
                new GetEvidencePackageResponse
                {
                    Chunk = ByteString.CopyFrom(buffer, 0, read),
                    Records = progress.Records,
                    Leaf = progress.Leaf,
                    Leaves = plan.Checkpoint.Size,
                    LeavesBehind = plan.Log.Size - plan.Checkpoint.Size,
                }, ct);
        }
    }
}
