using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Monitor.Alerting;

/// <summary>An HTTP server that gets alerts and answers as it is told.</summary>
internal sealed class HttpDesk : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HttpDesk(WebApplication app) => _app = app;

    internal List<(IHeaderDictionary Headers, byte[] Body)> Requests { get; } = [];

    internal Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    internal Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/alerts");

    internal static async Task<HttpDesk> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var desk = new HttpDesk(builder.Build());
        desk._app.Run(desk.TakeAsync);
        await desk._app.StartAsync();
        return desk;
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (Requests) Requests.Add((new HeaderDictionary(context.Request.Headers.ToDictionary()), body.ToArray()));
        await Answer(context);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
