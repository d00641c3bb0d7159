namespace Grpc.Core;

/// <summary>What a remote method is called and how its messages are encoded.</summary>
/// <param name="type">Kind of call.</param>
/// <param name="serviceName">Full name of the service, package included.</param>
/// <param name="name">Name of the method within its service.</param>
/// <param name="requestMarshaller">Encodes and decodes requests.</param>
/// <param name="responseMarshaller">Encodes and decodes responses.</param>
public class Method<TRequest, TResponse>(
    MethodType type,
    string serviceName,
    string name,
    Marshaller<TRequest> requestMarshaller,
    Marshaller<TResponse> responseMarshaller)
{
    /// <summary>Kind of call.</summary>
    public MethodType Type { get; } = type;

    /// <summary>Full name of the service, package included.</summary>
    public string ServiceName { get; } = serviceName;

    /// <summary>Name of the method within its service.</summary>
    public string Name { get; } = name;

    /// <summary>Path of the HTTP/2 request: <c>/service/method</c>.</summary>
    public string FullName { get; } = "/" + serviceName + "/" + name;

    /// <summary>Encodes and decodes requests.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; } = requestMarshaller;

    /// <summary>Encodes and decodes responses.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; } = responseMarshaller;
}
