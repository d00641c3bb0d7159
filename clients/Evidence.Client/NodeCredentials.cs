using System.Net.Http.Headers;

namespace Evidence.Client;

/// <summary>What a client shows to a node. It prints as nothing.</summary>
public sealed class NodeCredentials
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>An API token of the node; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>Reads a token from the first line of a file that nobody but its owner may touch.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="IOException">The file cannot be read, or holds no token.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or others may.</exception>
    public static string ReadToken(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new UnauthorizedAccessException($"The token file {file} can be used by others than its owner: chmod 600 it.");
        return File.ReadLines(file).FirstOrDefault()?.Trim() is { Length: > 0 } token ? token : throw new IOException($"The token file {file} holds no token in its first line.");
    }

    /// <inheritdoc/>
    public override string ToString() => "(credentials)";

    /// <summary>What sends the requests of a channel, with the credentials.</summary>
    /// <exception cref="ArgumentException">A token would go over the network in clear.</exception>
    internal HttpMessageHandler Around(SocketsHttpHandler handler, Uri node)
    {
        if (Token is null) return handler;
        if (node.Scheme == Uri.UriSchemeHttp && !node.IsLoopback)
            throw new ArgumentException($"The token is not sent to {node.GetLeftPart(UriPartial.Authority)}: others could read it on the way. Use https.", nameof(node));
        return new TokenHandler(handler, new AuthenticationHeaderValue("Bearer", Token));
    }

    private sealed class TokenHandler(HttpMessageHandler inner, AuthenticationHeaderValue token) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = token;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
