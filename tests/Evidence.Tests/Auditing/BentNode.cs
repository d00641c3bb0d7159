using System.Net;
using Evidence.Client;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Auditing;

/// <summary>Serves auditors what a node serves, but bends what it states as a test wants it.</summary>
internal sealed class BentNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Answers _answers;

    private BentNode(WebApplication app, Answers answers) => (_app, _answers, Client) = (app, answers, new EvidenceClient(app.Urls.Single()));

    internal Uri Address => new(_app.Urls.Single());

    internal EvidenceClient Client { get; }

    /// <summary>Bends what is stated of the node's own log.</summary>
    internal Action<LogInfo> Bend { set => _answers.Bend = value; }

    /// <summary>What happens on the node just before it gives its checkpoint.</summary>
    internal Func<Task> Meanwhile { set => _answers.Meanwhile = value; }

    /// <summary>Bends an entry of the log.</summary>
    internal Func<byte[], byte[]> BendEntry { set => _answers.BendEntry = value; }

    /// <summary>Whether the last entry is served again and again, without end.</summary>
    internal bool IsEndless { set => _answers.IsEndless = value; }

    /// <summary>Whether it says nothing more after the entries, and does not end either.</summary>
    internal bool IsSilent { set => _answers.IsSilent = value; }

    /// <summary>Bends the content of a record; null where it is not there.</summary>
    internal Func<byte[], byte[]?> BendContent { set => _answers.BendContent = value; }

    /// <summary>Bends the hashes of the proofs that are asked for.</summary>
    internal Action<IList<ByteString>> BendProof { set => _answers.BendProof = value; }

    internal static async Task<BentNode> StartAsync(TestNode node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var answers = new Answers(node.Client.Replication);
        builder.Services.AddSingleton(answers).AddSingleton(new Entries(node.Client.Audit, answers)).AddSingleton(new Contents(node.Client.Archive, answers));
        var app = builder.Build();
        app.MapGrpcService<Answers>();
        app.MapGrpcService<Entries>();
        app.MapGrpcService<Contents>();
        await app.StartAsync();
        return new BentNode(app, answers);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    internal sealed class Answers(ReplicationService.ReplicationServiceClient inner) : ReplicationService.ReplicationServiceBase
    {
        internal Action<LogInfo> Bend { get; set; } = static _ => { };

        internal Func<Task> Meanwhile { get; set; } = static () => Task.CompletedTask;

        internal Func<byte[], byte[]> BendEntry { get; set; } = static entry => entry;

        internal Func<byte[], byte[]?> BendContent { get; set; } = static content => content;

        internal bool IsEndless { get; set; }

        internal bool IsSilent { get; set; }

        internal Action<IList<ByteString>> BendProof { get; set; } = static _ => { };

        public override async Task<ListLogsResponse> ListLogs(ListLogsRequest request, ServerCallContext context)
        {
            var logs = await inner.ListLogsAsync(request);
            foreach (var own in logs.Logs.Where(log => log.Own)) Bend(own);
            return logs;
        }

        public override async Task<GetCheckpointResponse> GetCheckpoint(GetCheckpointRequest request, ServerCallContext context)
        {
            await Meanwhile();
            return await inner.GetCheckpointAsync(request);
        }

        public override Task<ReadTileResponse> ReadTile(ReadTileRequest request, ServerCallContext context) => inner.ReadTileAsync(request).ResponseAsync;

        public override async Task ReadProofs(ReadProofsRequest request, IServerStreamWriter<ReadProofsResponse> responseStream, ServerCallContext context)
        {
            using var call = inner.ReadProofs(request);
            while (await call.ResponseStream.MoveNext(context.CancellationToken)) await responseStream.WriteAsync(call.ResponseStream.Current);
        }
    }

    internal sealed class Entries(AuditService.AuditServiceClient inner, Answers answers) : AuditService.AuditServiceBase
    {
        public override async Task<InclusionProof> GetInclusionProof(GetInclusionProofRequest request, ServerCallContext context)
        {
            var proof = await inner.GetInclusionProofAsync(request);
            answers.BendProof(proof.Hashes);
            return proof;
        }

        public override async Task<ConsistencyProof> GetConsistencyProof(GetConsistencyProofRequest request, ServerCallContext context)
        {
            var proof = await inner.GetConsistencyProofAsync(request);
            answers.BendProof(proof.Hashes);
            return proof;
        }

        public override async Task ReadEntries(ReadEntriesRequest request, IServerStreamWriter<ReadEntriesResponse> responseStream, ServerCallContext context)
        {
            using var call = inner.ReadEntries(request);
            var last = new ReadEntriesResponse();
            while (await call.ResponseStream.MoveNext(context.CancellationToken))
            {
                last = new ReadEntriesResponse { Entries = { call.ResponseStream.Current.Entries.Select(entry => ByteString.CopyFrom(answers.BendEntry(entry.ToByteArray()))) } };
                await responseStream.WriteAsync(last);
            }

            if (answers.IsSilent) await Task.Delay(Timeout.Infinite, context.CancellationToken);
            while (answers.IsEndless) await responseStream.WriteAsync(last, context.CancellationToken);
        }
    }

    internal sealed class Contents(ArchiveService.ArchiveServiceClient inner, Answers answers) : ArchiveService.ArchiveServiceBase
    {
        public override Task<V1.Record> GetRecord(GetRecordRequest request, ServerCallContext context) => inner.GetRecordAsync(request).ResponseAsync;

        public override async Task ReadContent(ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context)
        {
            var content = new MemoryStream();
            using var call = inner.ReadContent(request);
            while (await call.ResponseStream.MoveNext(context.CancellationToken)) content.Write(call.ResponseStream.Current.Chunk.Span);
            var bent = answers.BendContent(content.ToArray()) ?? throw new RpcException(new Status(StatusCode.NotFound, "It is not there (test)."));
            await responseStream.WriteAsync(new ReadContentResponse { Chunk = ByteString.CopyFrom(bent) });
        }
    }
}
