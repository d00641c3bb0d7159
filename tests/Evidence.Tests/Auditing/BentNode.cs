using System.Net;
using Evidence.Client;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Auditing;

/// <summary>Serves auditors what a node serves, but states the keys of its log as a test bends them.</summary>
internal sealed class BentNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Answers _answers;

    private BentNode(WebApplication app, Answers answers) => (_app, _answers, Client) = (app, answers, new EvidenceClient(app.Urls.Single()));

    internal EvidenceClient Client { get; }

    /// <summary>Bends what is stated of the node's own log.</summary>
    internal Action<LogInfo> Bend { set => _answers.Bend = value; }

    /// <summary>What happens on the node just before it gives its checkpoint.</summary>
    internal Func<Task> Meanwhile { set => _answers.Meanwhile = value; }

    internal static async Task<BentNode> StartAsync(TestNode node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var answers = new Answers(node.Client.Replication);
        builder.Services.AddSingleton(answers);
        var app = builder.Build();
        app.MapGrpcService<Answers>();
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
}
