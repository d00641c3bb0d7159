using System.Text;
using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Evidence.Tests.Grpc;

/// <summary>The cases of the official interoperability description, with grpc-js on the other side.</summary>
public sealed class InteropTests
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

    private static readonly Dictionary<string, Func<ProbeService.ProbeServiceClient, Task>> ClientCases = new()
    {
        ["empty_unary"] = async client => Assert.Equal(new Pong(), await client.OneAsync(new Ping())),
        ["large_unary"] = client => LargeUnaryAsync(client, []),
        ["client_streaming"] = client => ClientStreamingAsync(client, []),
        ["server_streaming"] = ServerStreamingAsync,
        ["ping_pong"] = client => PingPongAsync(client, [], 27182, 8, 0, 1828, 45904, 1_000_000),
        ["empty_stream"] = client => PingPongAsync(client, []),
        ["timeout_on_sleeping_server"] = async client =>
        {
            var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(100);
            await AssertStatusAsync(StatusCode.DeadlineExceeded, async () => await client.OneAsync(new Ping { Text = "sleep" }, deadline: deadline));
        },
        ["cancel_after_begin"] = async client =>
        {
            using var call = client.Collect();
            call.Dispose();
            await AssertStatusAsync(StatusCode.Cancelled, async () => await call);
        },
        ["cancel_after_first_response"] = async client =>
        {
            using var call = client.Chat();
            await call.RequestStream.WriteAsync(new Ping { Body = ByteString.CopyFrom(new byte[31415]) });
            Assert.True(await call.ResponseStream.MoveNext(default));
            call.Dispose();
            await AssertStatusAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(default));
        },
        ["status_code_and_message"] = client => StatusAsync(client, "test status message"),
        ["special_status_message"] = client => StatusAsync(client, Special),
        ["unimplemented_method"] = client => AssertStatusAsync(StatusCode.Unimplemented, async () => await client.ForgottenAsync(new Ping())),
        ["custom_metadata"] = CustomMetadataAsync,
        ["compressed_unary"] = client => LargeUnaryAsync(client, Gzip),
        ["compressed_streaming"] = async client =>
        {
            await ClientStreamingAsync(client, Gzip);
            await ServerStreamingAsync(client);
            await PingPongAsync(client, Gzip, 27182, 8, 0, 1828, 45904);
        },
    };

    public static TheoryData<string> OurClient => [.. ClientCases.Keys];

    public static TheoryData<string> OurServer => [.. ClientCases.Keys, "unimplemented_service", "message_too_large"];

    private static Metadata Gzip => new() { { "grpc-internal-encoding-request", "gzip" } };

    [NodeTheory]
    [MemberData(nameof(OurServer))]
    public async Task A_grpc_js_client_and_our_server_pass(string name)
    {
        var compressed = name.StartsWith("compressed", StringComparison.Ordinal);
        await using var server = await ProbeServer.StartAsync(options => options.ResponseCompressionAlgorithm = compressed ? "gzip" : null);
        Behave(server.Probe);
        var (exitCode, error) = await NodePeer.RunAsync("client.js", new Uri(server.Address).Authority, name);
        Assert.True(exitCode == 0, error);
    }

    [NodeTheory]
    [MemberData(nameof(OurClient))]
    public async Task Our_client_and_a_grpc_js_server_pass(string name)
    {
        var compressed = name.StartsWith("compressed", StringComparison.Ordinal);
        var (peer, address) = await NodePeer.StartServerAsync(compressed ? ["gzip"] : []);
        await using (peer)
        {
            using var channel = GrpcChannel.ForAddress(address);
            await ClientCases[name](new ProbeService.ProbeServiceClient(channel));
        }
    }

    private static void Behave(Probe probe)
    {
        probe.OnOne = async (ping, context) =>
        {
            if (ping.Text == "sleep")
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            ThrowIfAsked(ping);
            await EchoMetadataAsync(context);
            return new Pong { Body = ping.Body, Number = ping.Number };
        };
        probe.OnChat = async (pings, pongs, context) =>
        {
            await foreach (var ping in pings.ReadAllAsync())
            {
                ThrowIfAsked(ping);
                await pongs.WriteAsync(new Pong { Body = ping.Body });
            }
        };
    }

    private static void ThrowIfAsked(Ping ping)
    {
        if (ping.Text == "status")
            throw new RpcException(new Status((StatusCode)ping.Number, ping.Body.ToStringUtf8()));
    }

    private static async Task EchoMetadataAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValueBytes("x-echo-trailing-bin") is { } trailing)
            context.ResponseTrailers.Add("x-echo-trailing-bin", trailing);
        if (context.RequestHeaders.GetValue("x-echo-initial") is { } initial)
            await context.WriteResponseHeadersAsync(new Metadata { { "x-echo-initial", initial } });
    }

    private static async Task LargeUnaryAsync(ProbeService.ProbeServiceClient client, Metadata headers)
    {
        var ping = new Ping { Body = ByteString.CopyFrom(new byte[3_000_000]), Number = 9 };
        Assert.Equal(new Pong { Body = ping.Body, Number = 9 }, await client.OneAsync(ping, headers));
    }

    private static async Task ClientStreamingAsync(ProbeService.ProbeServiceClient client, Metadata headers)
    {
        using var call = client.Collect(headers);
        foreach (var size in (int[])[27182, 8, 1828, 45904])
            await call.RequestStream.WriteAsync(new Ping { Body = ByteString.CopyFrom(new byte[size]) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922, (await call).Number);
    }

    private static async Task ServerStreamingAsync(ProbeService.ProbeServiceClient client)
    {
        using var call = client.Expand(new Ping { Number = 50, Body = ByteString.CopyFrom(new byte[31415]) });
        var next = 0;
        await foreach (var pong in call.ResponseStream.ReadAllAsync())
            Assert.Equal((next++, 31415), (pong.Number, pong.Body.Length));
        Assert.Equal(50, next);
    }

    private static async Task PingPongAsync(ProbeService.ProbeServiceClient client, Metadata headers, params int[] sizes)
    {
        using var call = client.Chat(headers);
        foreach (var size in sizes)
        {
            await call.RequestStream.WriteAsync(new Ping { Body = ByteString.CopyFrom(new byte[size]) });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(size, call.ResponseStream.Current.Body.Length);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task StatusAsync(ProbeService.ProbeServiceClient client, string detail)
    {
        var ping = new Ping { Text = "status", Number = 2, Body = ByteString.CopyFrom(detail, Encoding.UTF8) };
        Assert.Equal(detail, (await AssertStatusAsync(StatusCode.Unknown, async () => await client.OneAsync(ping))).Detail);
        using var call = client.Chat();
        await call.RequestStream.WriteAsync(ping);
        Assert.Equal(detail, (await AssertStatusAsync(StatusCode.Unknown, () => call.ResponseStream.MoveNext(default))).Detail);
    }

    private static async Task CustomMetadataAsync(ProbeService.ProbeServiceClient client)
    {
        byte[] bytes = [0xab, 0xab, 0xab, 0];
        var headers = new Metadata { { "x-echo-initial", "test_initial_metadata_value" }, { "x-echo-trailing-bin", bytes } };
        using var call = client.OneAsync(new Ping(), headers);
        await call;
        Assert.Equal("test_initial_metadata_value", (await call.ResponseHeadersAsync).GetValue("x-echo-initial"));
        Assert.Equal(bytes, call.GetTrailers().GetValueBytes("x-echo-trailing-bin"));
    }

    private static async Task<Status> AssertStatusAsync(StatusCode code, Func<Task> call)
    {
        var e = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, e.StatusCode);
        return e.Status;
    }
}
