using Evidence.Node.Access.Certificates;
using Evidence.Node.Access.Tokens;
using Evidence.Node.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Evidence.Node.Access;

/// <summary>Finds out who makes a call. Whoever shows something that is not good is never taken for an unknown one.</summary>
internal sealed class CallerReader(NodeOptions options, TokenBook tokens, CertificateBook certificates)
{
    private const string Scheme = "Bearer ";
    private readonly RoleSet _anybody = options.Access.Anonymous;
    private readonly Caller _anonymous = Caller.Anonymous(options.Access.Anonymous);

    /// <summary>The caller, or why there is none.</summary>
    internal (Caller? Caller, string? Problem) Read(HttpContext http)
    {
        if (http.Connection.ClientCertificate is { } certificate && certificates.Find(certificate) is var shown)
        {
            // A token says more than the machine that it comes from; yet neither may be bad.
            if (shown.Caller is null || http.Request.Headers[HeaderNames.Authorization].Count == 0) return Known(shown);
        }

        var authorization = http.Request.Headers[HeaderNames.Authorization];
        if (authorization.Count == 0) return (_anonymous, null);
        var text = authorization.ToString();
        return authorization.Count == 1 && text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? Known(tokens.Find(text[Scheme.Length..].Trim()))
            : (null, "The header authorization is not of the form 'Bearer TOKEN'.");
    }

    /// <summary>What anybody may do is not lost by being known.</summary>
    private (Caller?, string?) Known((Caller? Caller, string? Problem) found) =>
        found.Caller is { } caller ? (caller with { Roles = caller.Roles | _anybody }, null) : found;
}
