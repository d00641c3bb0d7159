using Evidence.Tests.Grpc.Protocol;
using Grpc.Core;

namespace Evidence.Tests.Grpc;

public sealed class MetadataTests
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    [Fact]
    public async Task Text_and_bytes_travel_to_the_handler_and_back_in_header_and_trailers()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnExpand = async (_, pongs, context) =>
        {
            var echo = new Metadata();
            foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-")))
            {
                echo.Add(entry);
                context.ResponseTrailers.Add(entry);
            }
            await context.WriteResponseHeadersAsync(echo);
            await pongs.WriteAsync(new Pong());
        };
        var sent = new Metadata
        {
            { "X-Text", "a, b; c=\"d\"" },
            { "x-bytes-bin", AllBytes },
            { "x-twice", "one" },
            { "x-twice", "two" },
        };
        using var call = server.Client.Expand(new Ping(), sent);
        AssertEcho(await call.ResponseHeadersAsync);
        await foreach (var _ in call.ResponseStream.ReadAllAsync())
        {
        }
        AssertEcho(call.GetTrailers());
    }

    [Fact]
    public async Task A_status_without_responses_carries_its_metadata_too()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, context) =>
        {
            context.ResponseTrailers.Add("x-from", "context");
            throw new RpcException(new Status(StatusCode.Aborted, "no"), new Metadata { { "x-details-bin", AllBytes } });
        };
        var e = await Assert.ThrowsAsync<RpcException>(async () => await server.Client.OneAsync(new Ping()));
        Assert.Equal("context", e.Trailers.GetValue("x-from"));
        Assert.Equal(AllBytes, e.Trailers.GetValueBytes("X-Details-Bin"));
    }

    [Fact]
    public async Task Header_arrives_before_the_first_response()
    {
        await using var server = await ProbeServer.StartAsync();
        var go = new TaskCompletionSource();
        server.Probe.OnExpand = async (_, pongs, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-early", "yes" } });
            await go.Task;
            await pongs.WriteAsync(new Pong());
        };
        using var call = server.Client.Expand(new Ping());
        Assert.Equal("yes", (await call.ResponseHeadersAsync).GetValue("x-early"));
        go.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task What_belongs_to_the_protocol_is_not_shown_as_metadata()
    {
        await using var server = await ProbeServer.StartAsync();
        var seen = new Metadata();
        server.Probe.OnOne = (_, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(new Pong());
        };
        using var call = server.Client.OneAsync(
            new Ping(),
            new Metadata { { "x-mine", "1" }, { "x-empty", "" }, { "x-empty-bin", Array.Empty<byte>() } },
            TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5));
        await call;
        Assert.Equal(["user-agent", "x-empty", "x-empty-bin", "x-mine"], seen.Select(entry => entry.Key).Order());
        Assert.Empty(call.GetTrailers());
        Assert.Empty(await call.ResponseHeadersAsync);
    }

    [Fact]
    public async Task The_handler_knows_method_host_and_peer()
    {
        await using var server = await ProbeServer.StartAsync();
        var seen = "";
        server.Probe.OnOne = (_, context) =>
        {
            seen = $"{context.Method} {context.Host} {context.Peer}";
            return Task.FromResult(new Pong());
        };
        await server.Client.WithHost("archive.example").OneAsync(new Ping());
        Assert.StartsWith("/evidence.tests.ProbeService/One archive.example ipv4:127.0.0.1:", seen);
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("with space", "v")]
    [InlineData("naïve", "v")]
    [InlineData("x-bin", "text under a name for bytes")]
    [InlineData("x", "line\nbreak")]
    [InlineData("x", "签名")]
    public void Names_and_values_that_cannot_travel_are_refused(string name, string value)
        => Assert.Throws<ArgumentException>(() => new Metadata().Add(name, value));

    [Fact]
    public void Bytes_need_a_name_for_bytes() => Assert.Throws<ArgumentException>(() => new Metadata().Add("x", AllBytes));

    [Fact]
    public void The_shared_empty_metadata_cannot_be_changed()
        => Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("x", "y"));

    private static void AssertEcho(Metadata metadata)
    {
        Assert.Equal("a, b; c=\"d\"", metadata.GetValue("x-text"));
        Assert.Equal(AllBytes, metadata.GetValueBytes("x-bytes-bin"));
        Assert.Equal(["one", "two"], metadata.GetAll("x-twice").SelectMany(entry => entry.Value.Split(", ")));
    }
}
