using System.Net;
using Evidence.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Client;

/// <summary>A node that answers what each test tells it to, on a free loopback port.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeNode(WebApplication app) => _app = app;

    public ArchiveAnswers Archive { get; private init; } = new();

    public VerificationAnswers Verification { get; private init; } = new();

    public string Address => _app.Urls.Single();

    public static async Task<FakeNode> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var (archive, verification) = (new ArchiveAnswers(), new VerificationAnswers());
        builder.Services.AddSingleton(archive).AddSingleton(verification);
        var app = builder.Build();
        app.MapGrpcService<ArchiveAnswers>();
        app.MapGrpcService<VerificationAnswers>();
        await app.StartAsync();
        return new FakeNode(app) { Archive = archive, Verification = verification };
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public sealed class ArchiveAnswers : ArchiveService.ArchiveServiceBase
    {
        public ClientStreamingServerMethod<ArchiveRequest, ArchiveResponse> OnArchive { get; set; } = null!;

        public UnaryServerMethod<ArchiveRecordRequest, ArchiveResponse> OnWhole { get; set; } = null!;

        public DuplexStreamingServerMethod<ArchiveManyRequest, ArchiveManyResponse> OnMany { get; set; } = null!;

        public UnaryServerMethod<ListRecordsRequest, ListRecordsResponse> OnList { get; set; } = null!;

        public ServerStreamingServerMethod<ReadContentRequest, ReadContentResponse> OnRead { get; set; } = null!;

        public override Task<ArchiveResponse> Archive(IAsyncStreamReader<ArchiveRequest> requestStream, ServerCallContext context)
            => OnArchive(requestStream, context);

        public override Task<ArchiveResponse> ArchiveRecord(ArchiveRecordRequest request, ServerCallContext context) => OnWhole(request, context);

        public override Task ArchiveMany(
            IAsyncStreamReader<ArchiveManyRequest> requestStream, IServerStreamWriter<ArchiveManyResponse> responseStream, ServerCallContext context)
            => OnMany(requestStream, responseStream, context);

        public override Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context) => OnList(request, context);

        public override Task ReadContent(
            ReadContentRequest request, IServerStreamWriter<ReadContentResponse> responseStream, ServerCallContext context)
            => OnRead(request, responseStream, context);
    }

    public sealed class VerificationAnswers : VerificationService.VerificationServiceBase
    {
        public ServerStreamingServerMethod<GetEvidencePackageRequest, GetEvidencePackageResponse> OnPackage { get; set; } = null!;

        public UnaryServerMethod<VerifyRecordRequest, Verdict> OnVerify { get; set; } = null!;

        public override Task GetEvidencePackage(
            GetEvidencePackageRequest request, IServerStreamWriter<GetEvidencePackageResponse> responseStream, ServerCallContext context)
            => OnPackage(request, responseStream, context);

        public override Task<Verdict> VerifyRecord(VerifyRecordRequest request, ServerCallContext context) => OnVerify(request, context);
    }
}
