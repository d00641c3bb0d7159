using System.Text;
using Evidence.Node.Access;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Configuration;
using Evidence.Storage.Durable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Evidence.Node.Hosting;

/// <summary>A node that serves. Disposing stops it: calls under way end, the checkpoint is published, everything is closed.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private static readonly TimeSpan ShutdownPatience = TimeSpan.FromSeconds(5);
    private readonly WebApplication _app;
    private readonly NodeState _state;
    private readonly ILoggerFactory _loggers;

    private readonly string _listenFile;

    private RunningNode(WebApplication app, NodeState state, ILoggerFactory loggers, string listenFile)
    {
        (_app, _state, _loggers, _listenFile) = (app, state, loggers, listenFile);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where the node listens, with the real port.</summary>
    internal Uri Address { get; }

    /// <summary>The node's parts.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Recovers, starts the workers and serves. The address stands in listen.txt once calls are answered.</summary>
    internal static async Task<RunningNode> StartAsync(NodeOptions options, NodeSeams seams, Action<ILoggingBuilder> logging, CancellationToken ct)
    {
        var loggers = LoggerFactory.Create(logging);
        NodeState? state = null;
        WebApplication? app = null;
        try
        {
            state = await NodeState.OpenAsync(options, seams.Time, loggers, ct);
            File.Delete(ListenFile(options.DataFolder)); // what a killed node left: nobody listens there
            app = Build(options, state, seams, logging);
            await app.StartAsync(ct);
            var node = new RunningNode(app, state, loggers, ListenFile(options.DataFolder));
            SmallFile.Replace(node._listenFile, Encoding.ASCII.GetBytes(node.Address.AbsoluteUri.TrimEnd('/') + "\n"));
            return node;
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            if (state is not null) await state.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the process is asked to end, or <paramref name="ct"/> is cancelled.</summary>
    internal Task WaitAsync(CancellationToken ct) => _app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        File.Delete(_listenFile);
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _state.DisposeAsync();
        _loggers.Dispose();
    }

    private static string ListenFile(string dataFolder) => Path.Combine(dataFolder, "listen.txt");

    private static WebApplication Build(NodeOptions options, NodeState state, NodeSeams seams, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Evidence.Node", ContentRootPath = options.DataFolder });
        logging(builder.Logging);
        var tls = new NodeTls(options.Tls);
        NodeListener.Use(builder.WebHost, options.Listen, tls);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = ShutdownPatience;
            // A worker that fails is logged; a node that ends could not even be swept and repaired.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        NodeServices.Add(builder.Services, options, state, tls, seams);
        var app = builder.Build();
        app.UseDoor();
        NodeServices.Map(app);
        return app;
    }
}
