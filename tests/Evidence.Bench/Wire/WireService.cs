using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Evidence.Bench.Wire;

/// <summary>Moves bytes and does nothing with them: what the gRPC server itself costs. <see cref="BareEndpoints"/> does the same without it.</summary>
[BindServiceMethod(typeof(WireService), nameof(Bind))]
internal sealed class WireService
{
    internal const string Name = "evidence.bench.Wire";

    private static readonly Marshaller<BytesValue> Bytes = Marshallers.Create(Write, Read);
    private static readonly Method<BytesValue, BytesValue> EchoMethod = new(MethodType.Unary, Name, nameof(Echo), Bytes, Bytes);
    private static readonly Method<BytesValue, BytesValue> TakeMethod = new(MethodType.ClientStreaming, Name, nameof(Take), Bytes, Bytes);
    private static readonly Method<BytesValue, BytesValue> GiveMethod = new(MethodType.ServerStreaming, Name, nameof(Give), Bytes, Bytes);

    /// <summary>Names the methods to the host.</summary>
    public static void Bind(ServiceBinderBase binder, WireService? service)
    {
        binder.AddMethod(EchoMethod, (UnaryServerMethod<BytesValue, BytesValue>?)null);
        binder.AddMethod(TakeMethod, (ClientStreamingServerMethod<BytesValue, BytesValue>?)null);
        binder.AddMethod(GiveMethod, (ServerStreamingServerMethod<BytesValue, BytesValue>?)null);
    }

    /// <summary>Gives back what came.</summary>
    public Task<BytesValue> Echo(BytesValue request, ServerCallContext context) => Task.FromResult(new BytesValue { Value = request.Value });

    /// <summary>Takes chunks and says how many came.</summary>
    public async Task<BytesValue> Take(IAsyncStreamReader<BytesValue> requestStream, ServerCallContext context)
    {
        var chunks = 0;
        while (await requestStream.MoveNext(context.CancellationToken)) chunks++;
        return new BytesValue { Value = ByteString.CopyFrom(BitConverter.GetBytes(chunks)) };
    }

    /// <summary>Gives as many chunks as it is asked for.</summary>
    public async Task Give(BytesValue request, IServerStreamWriter<BytesValue> responseStream, ServerCallContext context)
    {
        var chunk = new BytesValue { Value = WireBytes.Chunk };
        for (var left = BitConverter.ToInt32(request.Value.Span); left > 0; left--) await responseStream.WriteAsync(chunk, context.CancellationToken);
    }

    // As the generated code does it.
    private static void Write(BytesValue message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static BytesValue Read(DeserializationContext context) => BytesValue.Parser.ParseFrom(context.PayloadAsReadOnlySequence());
}
