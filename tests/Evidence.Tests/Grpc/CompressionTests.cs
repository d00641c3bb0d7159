using System.Net;
using System.Net.Http.Headers;
using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Evidence.Tests.Grpc;

public sealed class CompressionTests
{
    private static readonly Metadata AskForGzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task Compressed_messages_go_both_ways(int size)
    {
        await using var server = await ProbeServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        var seen = "";
        server.Probe.OnChat = async (pings, pongs, context) =>
        {
            seen = context.GetHttpContext().Request.Headers["grpc-encoding"].ToString();
            await foreach (var ping in pings.ReadAllAsync())
                await pongs.WriteAsync(new Pong { Body = ping.Body });
        };
        using var call = server.Client.Chat(AskForGzip);
        var body = ByteString.CopyFrom(new byte[size]);
        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(new Ping { Body = body });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(body, call.ResponseStream.Current.Body);
        }
        Assert.Equal("gzip", seen);
    }

    [Fact]
    public async Task Single_messages_of_a_compressed_call_may_be_plain()
    {
        await using var server = await ProbeServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        server.Probe.OnCollect = async (pings, context) =>
        {
            context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            var sum = new Pong();
            await foreach (var ping in pings.ReadAllAsync())
                sum.Number += ping.Number;
            return sum;
        };
        using var call = server.Client.Collect(AskForGzip);
        await call.RequestStream.WriteAsync(new Ping { Number = 1 });
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new Ping { Number = 2 });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(3, (await call).Number);
    }

    [Theory]
    [InlineData("01000000161f8b08000000000002039360040030bac5b402000000", StatusCode.OK)]
    [InlineData("01000000151f8b08000000000002039360040030bac5b4020000", StatusCode.Internal)]
    [InlineData("010000000d1f8b0800000000000203936004", StatusCode.Internal)]
    [InlineData("01000000161f8b08000000000002039360040030bac5b502000000", StatusCode.Internal)]
    [InlineData("0100000003aabbcc", StatusCode.Internal)]
    [InlineData("0100000000", StatusCode.Internal)]
    public async Task Damaged_gzip_is_an_internal_error(string body, StatusCode expected)
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, _) => Task.FromResult(new Pong());
        var request = new HttpRequestMessage(HttpMethod.Post, server.Address + "/evidence.tests.ProbeService/One")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Convert.FromHexString(body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("grpc-encoding", "gzip");
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        var fields = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        Assert.Equal(expected, (StatusCode)int.Parse(fields.GetValues("grpc-status").Single()));
    }

    [Fact]
    public async Task A_small_message_that_decompresses_to_a_large_one_is_refused()
    {
        var bomb = new Ping { Body = ByteString.CopyFrom(new byte[50_000_000]) };
        await using var server = await ProbeServer.StartAsync();
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(bomb, AskForGzip));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        await using var bomber = await ProbeServer.StartAsync(options => options.ResponseCompressionAlgorithm = "gzip");
        bomber.Probe.OnOne = (_, _) => Task.FromResult(new Pong { Body = bomb.Body });
        var client = bomber.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = 1_000_000 });
        e = await Assert.ThrowsAsync<RpcException>(async () => await client.OneAsync(new Ping()));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
    }
}
