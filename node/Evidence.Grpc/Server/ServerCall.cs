using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>One call on the server, with its messages in both directions.</summary>
internal sealed class ServerCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly MessageReader<TRequest> _reader;

    public ServerCall(HttpServerCallContext context, Method<TRequest, TResponse> method, GrpcServiceOptions options)
    {
        Context = context;
        var request = context.HttpContext.Request;
        var largest = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<MessageSizeLimit>()?.Bytes ?? options.MaxReceiveMessageSize;
        _reader = new MessageReader<TRequest>(
            request.BodyReader, method.RequestMarshaller, largest, Compression.IsGzip(request));
        Requests = new RequestReader<TRequest>(context, _reader);
        Responses = new ResponseWriter<TResponse>(context, method.ResponseMarshaller, options);
    }

    public HttpServerCallContext Context { get; }

    public RequestReader<TRequest> Requests { get; }

    public ResponseWriter<TResponse> Responses { get; }

    /// <summary>Reads the request of a method that takes exactly one.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: none came, or more than one.</exception>
    public async ValueTask<TRequest> ReadSingleAsync()
    {
        var request = await Requests.ReadAsync(default) ? Requests.Current : throw WrongCount();
        return await Requests.ReadAsync(default) ? throw WrongCount() : request;
    }

    public void Release() => _reader.Release();

    private static RpcException WrongCount() => new(new Status(StatusCode.Unimplemented, "The method takes exactly one request message."));
}
