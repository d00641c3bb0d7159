using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server;

/// <summary>Runs the calls of one method, from the HTTP/2 request to the status in the trailers.</summary>
/// <param name="method">The method.</param>
/// <param name="activator">Gives the service that handles a call.</param>
/// <param name="run">Reads the requests, calls the service and writes the responses.</param>
/// <param name="host">What all methods of the host share.</param>
internal sealed class CallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, ContainerActivator<TService> activator, CallBody<TService, TRequest, TResponse> run, CallHost host)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    public async Task HandleAsync(HttpContext http)
    {
        if (!Preconditions.Check(http))
            return;
        LiftBodyLimits(http);
        using var context = new HttpServerCallContext(http, method.FullName);
        var status = await RunAsync(context);
        // Nothing can be sent any more to a client that has gone.
        if (!http.RequestAborted.IsCancellationRequested || context.IsPastDeadline)
            await context.Completion.EndAsync(status, context.Trailers);
    }

    private async ValueTask<Status> RunAsync(HttpServerCallContext context)
    {
        try
        {
            Compression.CheckRequest(context.HttpContext);
            context.StartDeadline(host.Time);
            var call = new ServerCall<TRequest, TResponse>(context, method, host.Options);
            await ServeAsync(call);
            return context.IsPastDeadline ? CallDeadline.Exceeded : context.Status;
        }
        catch (Exception e)
        {
            return StatusOf(e, context);
        }
    }

    private async ValueTask ServeAsync(ServerCall<TRequest, TResponse> call)
    {
        var (service, owned) = activator.Create(call.Context.HttpContext.RequestServices);
        try
        {
            await run(service, call);
        }
        finally
        {
            call.Release();
            if (owned)
                await activator.ReleaseAsync(service);
        }
    }

    private Status StatusOf(Exception exception, HttpServerCallContext context)
    {
        if (context.IsPastDeadline)
            return CallDeadline.Exceeded;
        if (exception is BrokenOffException || context.HttpContext.RequestAborted.IsCancellationRequested)
            return Status.DefaultCancelled;
        if (exception is RpcException rpc)
            return StatusOf(rpc, context);
        host.Logger.HandlerFailed(exception, method.FullName);
        return new Status(StatusCode.Unknown, "Exception was thrown by handler.");
    }

    private Status StatusOf(RpcException exception, HttpServerCallContext context)
    {
        host.Logger.CallRefused(method.FullName, exception.StatusCode, exception.Status.Detail);
        foreach (var entry in exception.Trailers)
            context.ResponseTrailers.Add(entry);
        return exception.Status;
    }

    // The limit on messages governs; and a stream of requests may rest for as long as the client likes.
    private void LiftBodyLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming
            && http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
