using System.Net;
using Evidence.Tests.Grpc.Protocol;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Grpc;

/// <summary>A real server on a free loopback port, and a client of it.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private ProbeServer(WebApplication app, Probe probe, LogBook log, GrpcChannelOptions channelOptions)
    {
        _app = app;
        Probe = probe;
        Log = log;
        Address = app.Urls.Single();
        _channel = GrpcChannel.ForAddress(Address, channelOptions);
        Client = new ProbeService.ProbeServiceClient(_channel);
    }

    public Probe Probe { get; }

    public LogBook Log { get; }

    public string Address { get; }

    public ProbeService.ProbeServiceClient Client { get; }

    public static async Task<ProbeServer> StartAsync(
        Action<GrpcServiceOptions>? configure = null,
        GrpcChannelOptions? channel = null,
        TimeProvider? time = null,
        HttpProtocols protocols = HttpProtocols.Http2,
        Action<KestrelServerLimits>? kestrel = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        var probe = new Probe();
        var log = new LogBook();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(options =>
        {
            kestrel?.Invoke(options.Limits);
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        });
        builder.Services.AddGrpc(configure);
        services?.Invoke(builder.Services);
        builder.Services.AddSingleton(probe).AddSingleton(time ?? TimeProvider.System);
        var app = builder.Build();
        app.MapGrpcService<Probe>();
        map?.Invoke(app);
        await app.StartAsync();
        return new ProbeServer(app, probe, log, channel ?? new GrpcChannelOptions());
    }

    /// <summary>Asks it to end, and waits for the calls that it has.</summary>
    public Task StopAsync() => _app.StopAsync();

    public ProbeService.ProbeServiceClient Connect(GrpcChannelOptions options) => new(GrpcChannel.ForAddress(Address, options));

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
