using System.Text;
using Evidence.Bench.Wire;
using Evidence.Node.Access.Certificates;
using Evidence.Node.Archiving;
using Evidence.Node.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Evidence.Bench.EmptyHandler;

/// <summary>Serves <see cref="EmptyArchive"/> and <see cref="WireService"/> with the gRPC server and the settings of the node, and <see cref="BareEndpoints"/> beside them.</summary>
internal static class EmptyHost
{
    /// <summary>First argument of a process that does nothing else.</summary>
    internal const string Argument = "--serve-empty-handler";

    /// <summary>Serves until the process is asked to end.</summary>
    /// <param name="listenFile">Gets the address as soon as calls are answered.</param>
    internal static async Task<int> RunAsync(string listenFile)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(listenFile))!;
        var anyPort = new Uri("http://127.0.0.1:0");
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = folder });
        NodeListener.Use(builder.WebHost, anyPort, new NodeTls(null));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = ArchiveLimits.MaxMessageBytes);
        await using var app = builder.Build();
        app.MapGrpcService<EmptyArchive>();
        app.MapGrpcService<WireService>();
        BareEndpoints.Map(app);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await File.WriteAllTextAsync(listenFile + ".new", address, Encoding.ASCII);
        File.Move(listenFile + ".new", listenFile);
        await app.WaitForShutdownAsync();
        return ExitCode.Met;
    }
}
