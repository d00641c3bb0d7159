using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Trust;
using Evidence.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Ledger;

/// <summary>The headers of a <see cref="VotingChain"/> behind JSON-RPC, in memory or on a port of loopback.</summary>
internal sealed class VotingEndpoint(VotingChain chain) : HttpMessageHandler
{
    private readonly List<BlockHeader> _headers = [.. chain.Headers];

    /// <summary>Heights of the headers that were asked for.</summary>
    internal List<ulong> Asked { get; } = [];

    /// <summary>Puts another header in the place of one.</summary>
    internal void Replace(ulong number, BlockHeader header) => _headers[_headers.FindIndex(own => own.Number == number)] = header;

    /// <summary>A client of this endpoint.</summary>
    internal LedgerClient Client(TrustedChain trusted) => new(
        new LedgerOptions { Endpoints = [new Uri("http://a.test")], ChainId = trusted.ChainId, Genesis = trusted.Genesis, Consensus = trusted.Consensus, Trusted = trusted },
        new HttpClient(this, disposeHandler: false), TimeProvider.System, NullLogger<LedgerClient>.Instance);

    /// <summary>Serves it over HTTP.</summary>
    internal async Task<WebApplication> ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", async (HttpRequest request, CancellationToken ct) => Results.Json(Answer((await JsonNode.ParseAsync(request.Body, cancellationToken: ct))!)));
        await app.StartAsync();
        return app;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        new(HttpStatusCode.OK) { Content = JsonContent.Create(Answer(JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!)) };

    private JsonObject Answer(JsonNode call) => new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["result"] = Result(call["method"]!.GetValue<string>(), call["params"]!.AsArray()) };

    private JsonNode? Result(string method, JsonArray parameters)
    {
        if (method == "eth_chainId") return "0x" + TestConsortium.ChainId.ToString("x", CultureInfo.InvariantCulture);
        var block = parameters[0]!.GetValue<string>();
        if (block == "0x0") return new JsonObject { ["hash"] = "0x" + new string('0', 64) };
        if (block == "latest") return Json(_headers[^1]);
        var number = ulong.Parse(block.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        lock (Asked) Asked.Add(number);
        return _headers.Find(header => header.Number == number) is { } header ? Json(header) : null;
    }

    private JsonObject Json(BlockHeader header) => ScriptedChain.HeaderJson(header, BlockHash.Of(header, chain.Now.Consensus));
}
