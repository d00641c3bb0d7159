namespace Evidence.Tests.Grpc.Interop;

/// <summary>Watches which responses of a client's last call came compressed.</summary>
internal sealed class WatchingHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    public PrefixFlags Last { get; private set; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var flags = Last = new PrefixFlags();
        var content = new StreamContent(new WatchedBody(await response.Content.ReadAsStreamAsync(cancellationToken), flags));
        foreach (var (name, values) in response.Content.Headers.NonValidated)
            content.Headers.TryAddWithoutValidation(name, values);
        response.Content = content;
        return response;
    }
}
