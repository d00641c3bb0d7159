using System.Net;
using System.Net.Http.Headers;
using Evidence.Tests.Grpc.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Evidence.Tests.Grpc;

/// <summary>What the server answers to requests that no gRPC client would send.</summary>
public sealed class RawTests
{
    private const string One = "/evidence.tests.ProbeService/One";
    private const string Collect = "/evidence.tests.ProbeService/Collect";

    [Theory]
    [InlineData("00000000050801", "a message cut short")]
    [InlineData("000000", "a prefix cut short")]
    [InlineData("0000000000000000", "a second prefix cut short")]
    [InlineData("0200000000", "a compressed flag that is neither 0 nor 1")]
    [InlineData("ff00000000", "a compressed flag that is neither 0 nor 1")]
    [InlineData("0100000000", "a compressed message without an encoding")]
    [InlineData("000000000309ffff", "bytes that are no protobuf")]
    public async Task Broken_messages_are_internal_errors(string body, string what)
    {
        await using var server = await ProbeServer.StartAsync();
        foreach (var path in (string[])[One, Collect])
        {
            var (code, detail) = StatusOf(await SendAsync(server, path, Convert.FromHexString(body)));
            Assert.True(code == StatusCode.Internal, $"{path}, {what}: {code} {detail}");
        }
    }

    [Theory]
    [InlineData("00ffffffff", "four gigabytes announced")]
    [InlineData("0000400001", "one byte above the limit announced")]
    [InlineData("01ffffffff00", "four gigabytes announced, compressed")]
    public async Task A_length_above_the_limit_is_refused_before_anything_is_read(string body, string what)
    {
        await using var server = await ProbeServer.StartAsync();
        var (code, detail) = StatusOf(await SendAsync(server, One, Convert.FromHexString(body)));
        Assert.True(code == StatusCode.ResourceExhausted, $"{what}: {code} {detail}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000000000000000")]
    public async Task Any_number_of_requests_but_one_is_unimplemented(string body)
    {
        await using var server = await ProbeServer.StartAsync();
        var (code, _) = StatusOf(await SendAsync(server, One, Convert.FromHexString(body)));
        Assert.Equal(StatusCode.Unimplemented, code);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/GRPC")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task The_content_types_of_grpc_are_accepted(string contentType)
    {
        await using var server = await ProbeServer.StartAsync();
        var response = await SendAsync(server, One, new byte[5], contentType);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(StatusCode.OK, StatusOf(response).Code);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    [InlineData("text/plain")]
    [InlineData("")]
    public async Task Other_content_types_are_refused_by_http(string contentType)
    {
        await using var server = await ProbeServer.StartAsync();
        var response = await SendAsync(server, One, new byte[5], contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Requests_that_are_not_grpc_stay_with_the_host()
    {
        await using var server = await ProbeServer.StartAsync();
        var response = await SendAsync(server, "/some/form", new byte[5], "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        using var http = Http();
        response = await http.GetAsync(server.Address + One);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    [Fact]
    public async Task Http_1_is_told_to_upgrade()
    {
        await using var server = await ProbeServer.StartAsync(protocols: HttpProtocols.Http1);
        var response = await SendAsync(server, One, new byte[5], version: HttpVersion.Version11);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Equal("h2c", response.Headers.Upgrade.ToString());
    }

    [Fact]
    public async Task An_error_before_any_response_comes_as_trailers_only()
    {
        await using var server = await ProbeServer.StartAsync();
        var response = await SendAsync(server, "/evidence.tests.ProbeService/Unknown", new byte[5]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("12", response.Headers.GetValues("grpc-status").Single());
        Assert.Empty(response.TrailingHeaders);
    }

    [Fact]
    public async Task An_unknown_encoding_is_unimplemented_and_the_known_ones_are_named()
    {
        await using var server = await ProbeServer.StartAsync();
        var response = await SendAsync(server, One, new byte[5], configure: headers => headers.Add("grpc-encoding", "snappy"));
        Assert.Equal(StatusCode.Unimplemented, StatusOf(response).Code);
        Assert.Equal("identity,gzip", response.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("1s")]
    [InlineData("123456789S")]
    public async Task A_malformed_timeout_is_an_internal_error(string timeout)
    {
        await using var server = await ProbeServer.StartAsync();
        var response = await SendAsync(server, One, new byte[5], configure: headers => headers.Add("grpc-timeout", timeout));
        Assert.Equal(StatusCode.Internal, StatusOf(response).Code);
    }

    [Fact]
    public async Task Bytes_in_metadata_may_be_padded_or_not_and_joined_by_commas()
    {
        await using var server = await ProbeServer.StartAsync();
        IReadOnlyList<byte[]> seen = [];
        server.Probe.OnOne = (_, context) =>
        {
            seen = [.. context.RequestHeaders.GetAll("x-bin").Select(entry => entry.ValueBytes)];
            return Task.FromResult(new Pong());
        };
        await SendAsync(server, One, new byte[5], configure: headers => headers.TryAddWithoutValidation("x-bin", "AQ==,AQ, AQI,,AQID"));
        Assert.Equal([[1], [1], [1, 2], [], [1, 2, 3]], seen);
    }

    [Fact]
    public async Task Bytes_in_metadata_that_are_no_base64_are_an_internal_error()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, context) => Task.FromResult(new Pong { Number = context.RequestHeaders.Count });
        var response = await SendAsync(server, One, new byte[5], configure: headers => headers.TryAddWithoutValidation("x-bin", "A"));
        Assert.Equal(StatusCode.Internal, StatusOf(response).Code);
    }

    [Fact]
    public async Task Text_in_metadata_that_grpc_does_not_know_is_left_out()
    {
        await using var server = await ProbeServer.StartAsync();
        server.Probe.OnOne = (_, context) => Task.FromResult(new Pong { Text = context.RequestHeaders.GetValue("x-tab") ?? "none" });
        var response = await SendAsync(server, One, new byte[5], configure: headers => headers.TryAddWithoutValidation("x-tab", "a\tb"));
        Assert.Equal(StatusCode.OK, StatusOf(response).Code);
        Assert.Equal("none", Pong.Parser.ParseFrom((await response.Content.ReadAsByteArrayAsync()).AsSpan(5)).Text);
    }

    [Fact]
    public async Task A_message_may_come_in_any_number_of_pieces()
    {
        await using var server = await ProbeServer.StartAsync();
        var ping = new Ping { Number = 5, Body = ByteString.CopyFrom(new byte[300]) }.ToByteArray();
        byte[] body = [0, 0, 0, (byte)(ping.Length >> 8), (byte)ping.Length, .. ping];
        var response = await SendAsync(server, One, new ByteByByte(body));
        var pong = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(5, Pong.Parser.ParseFrom(pong.AsSpan(5)).Number);
        Assert.Equal(StatusCode.OK, StatusOf(response).Code);
    }

    private static HttpClient Http() => new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static Task<HttpResponseMessage> SendAsync(
        ProbeServer server,
        string path,
        byte[] body,
        string contentType = "application/grpc",
        Version? version = null,
        Action<HttpRequestHeaders>? configure = null)
        => SendAsync(server, path, new ByteArrayContent(body), contentType, version, configure);

    private static async Task<HttpResponseMessage> SendAsync(
        ProbeServer server,
        string path,
        HttpContent content,
        string contentType = "application/grpc",
        Version? version = null,
        Action<HttpRequestHeaders>? configure = null)
    {
        using var http = Http();
        content.Headers.TryAddWithoutValidation("content-type", contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address + path)
        {
            Version = version ?? HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        configure?.Invoke(request.Headers);
        return await http.SendAsync(request);
    }

    private static (StatusCode Code, string Detail) StatusOf(HttpResponseMessage response)
    {
        var fields = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var detail = fields.TryGetValues("grpc-message", out var values) ? values.Single() : "";
        return ((StatusCode)int.Parse(fields.GetValues("grpc-status").Single()), detail);
    }

    private sealed class ByteByByte(byte[] body) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var b in body)
            {
                await stream.WriteAsync(new[] { b });
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
