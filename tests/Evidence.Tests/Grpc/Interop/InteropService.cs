using Evidence.Tests.Grpc.Interop.Protocol;
using Google.Protobuf;
using Grpc.Core;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>The test service as the interoperability description wants it.</summary>
public sealed class InteropService : TestService.TestServiceBase
{
    public const string InitialKey = "x-grpc-test-echo-initial";
    public const string TrailingKey = "x-grpc-test-echo-trailing-bin";

    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);

    public static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        Check(request.ExpectCompressed, context);
        ThrowIfAsked(request.ResponseStatus);
        await EchoMetadataAsync(context);
        context.WriteOptions = OptionsFor(request.ResponseCompressed, context);
        return new SimpleResponse { Payload = Zeros(request.ResponseSize) };
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        var (size, message) = (0, 0);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            Check(request.ExpectCompressed, context, message++);
            size += request.Payload.Body.Length;
        }
        return new StreamingInputCallResponse { AggregatedPayloadSize = size };
    }

    public override Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
        => AnswerAsync(request, responseStream, context);

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            ThrowIfAsked(request.ResponseStatus);
            await AnswerAsync(request, responseStream, context);
        }
    }

    private static async Task AnswerAsync(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (var asked in request.ResponseParameters)
        {
            await Task.Delay(TimeSpan.FromMicroseconds(asked.IntervalUs), context.CancellationToken);
            responses.WriteOptions = OptionsFor(asked.Compressed, context);
            await responses.WriteAsync(new StreamingOutputCallResponse { Payload = Zeros(asked.Size) });
        }
    }

    private static void Check(BoolValue? expected, ServerCallContext context, int message = 0)
    {
        if (expected is not null && WatchedCall.Of(context.GetHttpContext()).Requests.Compressed[message] != expected.Value)
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"The request was to be {(expected.Value ? "compressed" : "plain")}, and was not."));
    }

    private static WriteOptions OptionsFor(BoolValue? compressed, ServerCallContext context)
    {
        if (compressed is not null)
            WatchedCall.Of(context.GetHttpContext()).Asked.Add(compressed.Value);
        return compressed is { Value: true } ? WriteOptions.Default : Plain;
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is { Code: not 0 })
            throw new RpcException(new Status((StatusCode)status.Code, status.Message));
    }

    private static async Task EchoMetadataAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValueBytes(TrailingKey) is { } trailing)
            context.ResponseTrailers.Add(TrailingKey, trailing);
        if (context.RequestHeaders.GetValue(InitialKey) is { } initial)
            await context.WriteResponseHeadersAsync(new Metadata { { InitialKey, initial } });
    }
}
