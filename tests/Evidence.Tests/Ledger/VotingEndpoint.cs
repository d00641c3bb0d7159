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

/// <summary>The headers of a <see cref="VotingChain"/> behind JSON-RPC, in memory or on a port of loopback; in memory it is whatever address it is asked under.</summary>
internal sealed class VotingEndpoint(VotingChain chain) : HttpMessageHandler
{
    private readonly List<BlockHeader> _headers = [.. chain.Headers];
    private readonly Dictionary<ulong, BlockHeader> _replaced = [];

    /// <summary>Heights of the headers that were asked for.</summary>
    internal List<ulong> Asked { get; } = [];

    /// <summary>The first height at which the address <see cref="Failing"/> answers nothing; null: it answers as every other.</summary>
    internal ulong? SilentFrom { get; set; }

    /// <summary>The address whose answers differ from those of the others.</summary>
    internal static Uri Failing { get; } = new("http://a.test");

    internal static Uri Sound { get; } = new("http://b.test");

    /// <summary>Puts another header in the place of one, for those who ask under <see cref="Failing"/>.</summary>
    internal void Replace(ulong number, BlockHeader header) => _replaced[number] = header;

    /// <summary>A client of this endpoint, under one address or several.</summary>
    internal LedgerClient Client(TrustedChain trusted, params IReadOnlyList<Uri> addresses) => new(
        new LedgerOptions { Endpoints = addresses.Count > 0 ? addresses : [Failing], ChainId = trusted.ChainId, Genesis = trusted.Genesis, Consensus = trusted.Consensus, Trusted = trusted },
        new HttpClient(this, disposeHandler: false), TimeProvider.System, NullLogger<LedgerClient>.Instance);

    /// <summary>Serves it over HTTP.</summary>
    internal async Task<WebApplication> ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/", async (HttpRequest request, CancellationToken ct) => Results.Json(Answer(fails: false, (await JsonNode.ParseAsync(request.Body, cancellationToken: ct))!)));
        await app.StartAsync();
        return app;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        new(HttpStatusCode.OK) { Content = JsonContent.Create(Answer(request.RequestUri == Failing, JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!)) };

    private JsonObject Answer(bool fails, JsonNode call) => new() { ["jsonrpc"] = "2.0", ["id"] = 1, ["result"] = Result(fails, call["method"]!.GetValue<string>(), call["params"]!.AsArray()) };

    private JsonNode? Result(bool fails, string method, JsonArray parameters)
    {
        if (method == "eth_chainId") return "0x" + TestConsortium.ChainId.ToString("x", CultureInfo.InvariantCulture);
        var block = parameters[0]!.GetValue<string>();
        if (block == "0x0") return new JsonObject { ["hash"] = "0x" + new string('0', 64) };
        if (block == "latest") return Json(_headers[^1]);
        var number = ulong.Parse(block.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        lock (Asked) Asked.Add(number);
        if (fails && number >= SilentFrom) throw new HttpRequestException("the connection was cut (fake)");
        if (fails && _replaced.TryGetValue(number, out var other)) return Json(other);
        return _headers.ElementAtOrDefault((int)(number - _headers[0].Number)) is { } header ? Json(header) : null;
    }

    private JsonObject Json(BlockHeader header) => ScriptedChain.HeaderJson(header, BlockHash.Of(header, chain.Now.Consensus));
}
