using System.Net;
using Evidence.Tests.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Auditing;

/// <summary>An endpoint of a scripted chain on a port of this machine, for what can only be given an address.</summary>
internal sealed class ServedChain : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServedChain(WebApplication app) => _app = app;

    internal string Url => _app.Urls.Single();

    internal static async Task<ServedChain> StartAsync(ScriptedChain chain)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var http = new HttpMessageInvoker(chain, disposeHandler: false);
        app.Run(async context =>
        {
            using var call = new HttpRequestMessage(HttpMethod.Post, "http://served.test") { Content = new StreamContent(context.Request.Body) };
            using var answer = await http.SendAsync(call, context.RequestAborted);
            await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync(context.RequestAborted), context.RequestAborted);
        });
        await app.StartAsync();
        return new ServedChain(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
