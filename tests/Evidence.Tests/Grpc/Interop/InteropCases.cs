using Evidence.Tests.Grpc.Interop.Protocol;
using Grpc.Core;
using Grpc.Net.Client;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>The cases of the official interoperability description, by our client against some server.</summary>
/// <param name="address">The server.</param>
/// <param name="tells">Whether the server tells compressed requests from plain ones.</param>
/// <param name="obeys">Whether the server compresses what it is asked to and nothing else; otherwise it compresses nothing.</param>
internal sealed class InteropCases(string address, bool tells = true, bool obeys = true) : IDisposable
{
    private const string Special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

    private static readonly Dictionary<string, Func<InteropCases, Task>> Known = new()
    {
        ["empty_unary"] = async run => Assert.Equal(new Empty(), await run._client.EmptyCallAsync(new Empty(), run.Soon)),
        ["large_unary"] = run => run.LargeAsync(new SimpleRequest(), run.Soon),
        ["client_streaming"] = async run => Assert.Equal(74922, await run.CollectAsync(run.Soon, new BoolValue?[4], 27182, 8, 1828, 45904)),
        ["server_streaming"] = run => run.ExpandAsync(new BoolValue?[4], 31415, 9, 2653, 58979),
        ["ping_pong"] = run => run.PingPongAsync((31415, 27182), (9, 8), (2653, 1828), (58979, 45904)),
        ["empty_stream"] = run => run.PingPongAsync(),
        ["timeout_on_sleeping_server"] = run => run.TimeOutAsync(),
        ["cancel_after_begin"] = run => run.CancelAfterBeginAsync(),
        ["cancel_after_first_response"] = run => run.CancelAfterFirstResponseAsync(),
        ["status_code_and_message"] = run => run.StatusAsync("test status message", duplex: true),
        ["special_status_message"] = run => run.StatusAsync(Special, duplex: false),
        ["unimplemented_method"] = run => AssertStatusAsync(StatusCode.Unimplemented, async () => await run._client.UnimplementedCallAsync(new Empty(), run.Soon)),
        ["unimplemented_service"] = run => AssertStatusAsync(
            StatusCode.Unimplemented, async () => await new UnimplementedService.UnimplementedServiceClient(run._channel).UnimplementedCallAsync(new Empty(), run.Soon)),
        ["custom_metadata"] = run => run.CustomMetadataAsync(),
        ["client_compressed_unary"] = run => run.CompressedUnaryAsync(),
        ["client_compressed_streaming"] = run => run.CompressedStreamingAsync(),
        ["server_compressed_unary"] = run => run.AnsweredCompressedUnaryAsync(),
        ["server_compressed_streaming"] = run => run.AnsweredCompressedStreamingAsync(),
    };

    private readonly WatchingHandler _http = new();
    private GrpcChannel _channel = null!;
    private TestService.TestServiceClient _client = null!;

    public static IEnumerable<string> All => Known.Keys;

    public static TheoryData<string> Names => [.. Known.Keys];

    private CallOptions Soon => new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(60));

    private CallOptions SoonGzip => Soon.WithHeaders(new Metadata { { "grpc-internal-encoding-request", "gzip" } });

    public Task RunAsync(string name)
    {
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = _http });
        _client = new TestService.TestServiceClient(_channel);
        return Known[name](this);
    }

    public void Dispose()
    {
        _channel.Dispose();
        _http.Dispose();
    }

    private static BoolValue Is(bool value) => new() { Value = value };

    private async Task LargeAsync(SimpleRequest request, CallOptions options)
    {
        request.ResponseSize = 314159;
        request.Payload = InteropService.Zeros(271828);
        Assert.Equal(InteropService.Zeros(314159), (await _client.UnaryCallAsync(request, options)).Payload);
    }

    private async Task<int> CollectAsync(CallOptions options, BoolValue?[] compressed, params int[] sizes)
    {
        using var call = _client.StreamingInputCall(options);
        foreach (var (size, expected) in sizes.Zip(compressed))
        {
            call.RequestStream.WriteOptions = expected is { Value: false } ? new WriteOptions(WriteFlags.NoCompress) : null;
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = InteropService.Zeros(size), ExpectCompressed = tells ? expected : null });
        }
        await call.RequestStream.CompleteAsync();
        return (await call).AggregatedPayloadSize;
    }

    private async Task ExpandAsync(BoolValue?[] compressed, params int[] sizes)
    {
        var request = new StreamingOutputCallRequest();
        request.ResponseParameters.AddRange(sizes.Zip(compressed, (size, asked) => new ResponseParameters { Size = size, Compressed = asked }));
        using var call = _client.StreamingOutputCall(request, Soon);
        var came = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
            came.Add(response.Payload.Body.Length);
        Assert.Equal(sizes, came);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private async Task PingPongAsync(params (int Asked, int Sent)[] pairs)
    {
        using var call = _client.FullDuplexCall(Soon);
        foreach (var (asked, sent) in pairs)
        {
            await call.RequestStream.WriteAsync(Request(asked, sent));
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(InteropService.Zeros(asked), call.ResponseStream.Current.Payload);
        }
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private async Task TimeOutAsync()
    {
        using var call = _client.FullDuplexCall(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(1));
        await AssertStatusAsync(StatusCode.DeadlineExceeded, async () =>
        {
            var request = Request(31415, 27182);
            request.ResponseParameters[0].IntervalUs = 2_000_000;
            await call.RequestStream.WriteAsync(request);
            await call.ResponseStream.MoveNext(default);
        });
    }

    private async Task CancelAfterBeginAsync()
    {
        using var call = _client.StreamingInputCall(Soon);
        call.Dispose();
        await AssertStatusAsync(StatusCode.Cancelled, async () => await call);
    }

    private async Task CancelAfterFirstResponseAsync()
    {
        using var call = _client.FullDuplexCall(Soon);
        await call.RequestStream.WriteAsync(Request(31415, 27182));
        Assert.True(await call.ResponseStream.MoveNext(default));
        call.Dispose();
        await AssertStatusAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(default));
    }

    private async Task StatusAsync(string message, bool duplex)
    {
        var status = new EchoStatus { Code = 2, Message = message };
        await AssertStatusAsync(StatusCode.Unknown, async () => await _client.UnaryCallAsync(new SimpleRequest { ResponseStatus = status }, Soon), message);
        if (!duplex)
            return;
        using var call = _client.FullDuplexCall(Soon);
        await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
        await AssertStatusAsync(StatusCode.Unknown, () => call.ResponseStream.MoveNext(default), message);
    }

    private async Task CustomMetadataAsync()
    {
        byte[] bytes = [0xab, 0xab, 0xab];
        var options = Soon.WithHeaders(new Metadata { { InteropService.InitialKey, "test_initial_metadata_value" }, { InteropService.TrailingKey, bytes } });
        using var unary = _client.UnaryCallAsync(new SimpleRequest { ResponseSize = 314159, Payload = InteropService.Zeros(271828) }, options);
        await unary;
        await CheckAsync(unary);
        using var duplex = _client.FullDuplexCall(options);
        await duplex.RequestStream.WriteAsync(Request(314159, 271828));
        await duplex.RequestStream.CompleteAsync();
        Assert.True(await duplex.ResponseStream.MoveNext(default));
        Assert.False(await duplex.ResponseStream.MoveNext(default));
        await CheckAsync(duplex);

        async Task CheckAsync(AsyncCall call)
        {
            Assert.Equal("test_initial_metadata_value", (await call.ResponseHeadersAsync).GetValue(InteropService.InitialKey));
            Assert.Equal(bytes, call.GetTrailers().GetValueBytes(InteropService.TrailingKey));
        }
    }

    private async Task CompressedUnaryAsync()
    {
        if (tells)
            await AssertStatusAsync(StatusCode.InvalidArgument, () => LargeAsync(new SimpleRequest { ExpectCompressed = Is(true) }, Soon));
        await LargeAsync(new SimpleRequest { ExpectCompressed = tells ? Is(true) : null }, SoonGzip);
        await LargeAsync(new SimpleRequest { ExpectCompressed = tells ? Is(false) : null }, Soon);
    }

    private async Task CompressedStreamingAsync()
    {
        if (tells)
            await AssertStatusAsync(StatusCode.InvalidArgument, () => CollectAsync(Soon, [Is(true)], 27182));
        Assert.Equal(73086, await CollectAsync(SoonGzip, [Is(true), Is(false)], 27182, 45904));
    }

    private async Task AnsweredCompressedUnaryAsync()
    {
        await LargeAsync(new SimpleRequest { ResponseCompressed = Is(true) }, Soon);
        Assert.Equal([obeys], _http.Last.Compressed);
        await LargeAsync(new SimpleRequest { ResponseCompressed = Is(false) }, Soon);
        Assert.Equal([false], _http.Last.Compressed);
    }

    private async Task AnsweredCompressedStreamingAsync()
    {
        await ExpandAsync([Is(true), Is(false)], 31415, 92653);
        Assert.Equal([obeys, false], _http.Last.Compressed);
    }

    private static StreamingOutputCallRequest Request(int asked, int sent)
        => new() { ResponseParameters = { new ResponseParameters { Size = asked } }, Payload = InteropService.Zeros(sent) };

    private static async Task AssertStatusAsync(StatusCode code, Func<Task> call, string? message = null)
    {
        var e = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, e.StatusCode);
        if (message is not null)
            Assert.Equal(message, e.Status.Detail);
    }
}
