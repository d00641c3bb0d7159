namespace Grpc.AspNetCore.Server;

/// <summary>Reads the requests of a call, calls the service and writes the responses.</summary>
internal delegate Task CallBody<in TService, TRequest, TResponse>(TService service, ServerCall<TRequest, TResponse> call)
    where TRequest : class
    where TResponse : class;
