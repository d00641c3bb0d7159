using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Node.Access;

namespace Evidence.Node.Configuration;

/// <summary>Reads "access" of node.json.</summary>
internal static class AccessOptionsReader
{
    private const int MaxName = 128;

    /// <param name="access">The section; null: it is not there, and nobody is let in without a token.</param>
    /// <param name="at">Makes a path absolute.</param>
    /// <param name="tokens">Where tokens are kept when nothing is said.</param>
    /// <param name="isLoopback">Whether only this machine reaches the listener.</param>
    internal static AccessOptions Read(ConfigSection? access, Func<string, string> at, string tokens, bool isLoopback)
    {
        if (access is null) return new AccessOptions { TokensFile = tokens };
        var options = new AccessOptions
        {
            Anonymous = Roles(access, "anonymous"),
            Certificates = Certificates(access),
            Limits = Limits(access.Section("limits")),
            TokensFile = access.Optional("tokens") is { } file ? at(file) : tokens,
        };
        if (!isLoopback && options.Anonymous.Without(RoleSet.OpenToAll) is { IsEmpty: false } open)
            access.Fail("anonymous", $"gives {open} to everybody who reaches the port, and others than this machine do: leave {open} out, or listen on 127.0.0.1");
        access.RefuseUnknownFields();
        return options;
    }

    private static List<CertificateOptions> Certificates(ConfigSection access)
    {
        var certificates = new List<CertificateOptions>();
        foreach (var one in access.Sections("certificates"))
        {
            var (sha256, subject) = (one.Optional("sha256"), one.Optional("subject"));
            var digest = Digest.TryParse(sha256, out var parsed) ? parsed : (Digest?)null;
            if (sha256 is null == subject is null) one.Fail("sha256", "or \"subject\": name the certificate by one of the two");
            else if (sha256 is not null && digest is null) one.Fail("sha256", "must be the 64 hexadecimal digits that `openssl x509 -outform DER | sha256sum` prints");
            certificates.Add(new CertificateOptions(CallerName(one), Roles(one, "roles"), digest, subject));
            one.RefuseUnknownFields();
        }

        foreach (var twice in certificates.GroupBy(static one => (one.Sha256, one.Subject)).Where(static same => same.Count() > 1))
            access.Fail("certificates", $"names {twice.Key.Subject ?? twice.Key.Sha256.ToString()} {twice.Count()} times: name each certificate once");
        return certificates;
    }

    private static LimitOptions Limits(ConfigSection? limits)
    {
        var otherwise = new LimitOptions();
        if (limits is null) return otherwise;
        var perSecond = limits.Number("callsPerSecond", otherwise.CallsPerSecond, 1, 1_000_000);
        var options = new LimitOptions
        {
            CallsPerSecond = (int)perSecond,
            Burst = (int)limits.Number("burst", 2 * perSecond, 1, 2_000_000),
            CallsAtOnce = (int)limits.Number("callsAtOnce", otherwise.CallsAtOnce, 1, 1_000_000),
        };
        limits.RefuseUnknownFields();
        return options;
    }

    internal static RoleSet Roles(ConfigSection section, string field)
    {
        var roles = default(RoleSet);
        foreach (var name in section.Texts(field))
        {
            if (RoleSet.Parse(name) is { } role) roles |= role;
            else section.Fail(field, $"names '{name}', which is no role; there are {RoleSet.Names}");
        }
        return roles;
    }

    internal static string CallerName(ConfigSection section)
    {
        var name = section.Required("name", "the caller's name");
        if (name.Length > 0 && ProblemOf(name) is { } problem) section.Fail("name", problem);
        return name;
    }

    /// <summary>Why a caller cannot have this name; null: it can.</summary>
    internal static string? ProblemOf(string name) =>
        name.Length is 0 or > MaxName ? $"must have 1 to {MaxName} characters"
        : name.Any(char.IsControl) || name.Trim() != name ? "must be plain text on one line, without spaces around it"
        : name.StartsWith(EventDocument.SubmitterPrefix, StringComparison.Ordinal) ? $"begins with {EventDocument.SubmitterPrefix}, as only nodes' own names do: choose another"
        : name == Caller.AnonymousName ? "is the name of those who are not known: choose another"
        : null;
}
