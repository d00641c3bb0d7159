using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Evidence.Tests.Grpc.Interop;

/// <summary>Which messages of a call came and went compressed.</summary>
internal sealed class WatchedCall
{
    public PrefixFlags Requests { get; } = new();

    public PrefixFlags Responses { get; } = new();

    /// <summary>What the responses were to be, as far as the client said so.</summary>
    public List<bool> Asked { get; } = [];

    public static WatchedCall Of(HttpContext http) => (WatchedCall)http.Items[typeof(WatchedCall)]!;

    /// <summary>Watches a call from here on.</summary>
    public static async Task RunAsync(HttpContext http, RequestDelegate next, Action<string> complain)
    {
        var call = new WatchedCall();
        http.Items[typeof(WatchedCall)] = call;
        http.Features.Set<IRequestBodyPipeFeature>(new WatchedRequests(http.Request.BodyReader, call.Requests));
        http.Features.Set<IHttpResponseBodyFeature>(new WatchedResponses(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), call.Responses));
        await next(http);
        if (call.Asked.Count > 0 && !call.Asked.SequenceEqual(call.Responses.Compressed))
            complain($"{http.Request.Path}: asked for [{string.Join(' ', call.Asked)}], sent [{string.Join(' ', call.Responses.Compressed)}]");
    }
}
