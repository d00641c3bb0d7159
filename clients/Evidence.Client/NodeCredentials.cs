using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core.Crypto;

namespace Evidence.Client;

/// <summary>What a client shows to a node, and what it wants of the node's certificate. It prints as nothing.</summary>
public sealed class NodeCredentials
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>An API token of the node; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>A client certificate with its key; null: none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The certificate that the node must have, or its authority; null: one of an authority that the system trusts.</summary>
    public TrustedCertificates? Server { get; init; }

    /// <summary>Reads a token from the first line of a file that nobody but its owner may touch.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="IOException">The file cannot be read, or holds no token.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or others may.</exception>
    public static string ReadToken(string file)
    {
        CheckOwner(file);
        return File.ReadLines(file).FirstOrDefault()?.Trim() is { Length: > 0 } token ? token : throw new IOException($"The token file {file} holds no token in its first line.");
    }

    /// <summary>Reads a client certificate and its key.</summary>
    /// <param name="certificateFile">The certificate, PEM.</param>
    /// <param name="keyFile">Its key, PEM; nobody but its owner may touch the file.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read, or others may read the key.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It is no certificate, or the key is another one's.</exception>
    public static X509Certificate2 ReadCertificate(string certificateFile, string keyFile)
    {
        CheckOwner(keyFile);
        return X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
    }

    /// <inheritdoc/>
    public override string ToString() => "(credentials)";

    /// <summary>What sends the requests of a channel, with the credentials.</summary>
    /// <exception cref="ArgumentException">A token would go over the network in clear.</exception>
    internal HttpMessageHandler Around(SocketsHttpHandler handler, Uri node, TimeProvider time)
    {
        if (Certificate is { } own) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => own;
        if (Server is { } trusted)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is X509Certificate2 server
                && trusted.Accept(server, TrustedCertificates.Server, (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0, time.GetUtcNow());
        }

        if (Token is null) return handler;
        if (node.Scheme == Uri.UriSchemeHttp && !node.IsLoopback)
            throw new ArgumentException($"The token is not sent to {node.GetLeftPart(UriPartial.Authority)}: others could read it on the way. Use https.");
        return new TokenHandler(handler, new AuthenticationHeaderValue("Bearer", Token));
    }

    private static void CheckOwner(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~OwnerOnly) != 0)
            throw new UnauthorizedAccessException($"The file {file} holds a secret and can be used by others than its owner: chmod 600 it.");
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
