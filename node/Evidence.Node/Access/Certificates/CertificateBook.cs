using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core;
using Evidence.Core.Crypto;
using Evidence.Node.Configuration;
using Evidence.V1;

namespace Evidence.Node.Access.Certificates;

/// <summary>The client certificates that a node knows: those that its configuration names, and those of its peers.</summary>
internal sealed class CertificateBook
{
    private static readonly TimeSpan JudgedFor = TimeSpan.FromMinutes(1);
    private readonly FrozenDictionary<Digest, Caller> _pinned;
    private readonly FrozenDictionary<string, Caller> _subjects;
    private readonly NodeTls _tls;
    private readonly TimeProvider _time;

    // A connection shows the same certificate with each of its calls.
    private readonly ConditionalWeakTable<X509Certificate2, Judgement> _judged = [];

    /// <exception cref="ConfigurationException">The certificate of a peer cannot be read.</exception>
    public CertificateBook(NodeOptions options, NodeTls tls, TimeProvider time)
    {
        (_tls, _time) = (tls, time);
        var named = options.Access.Certificates;
        var pinned = named.Where(static one => one.Sha256 is not null).ToDictionary(static one => one.Sha256!.Value, CallerOf);
        foreach (var peer in options.Peers.Where(static peer => peer.CertificateFile is not null))
            foreach (var end in TlsMaterial.Read(peer.CertificateFile!).Ends) pinned.TryAdd(Digest.Of(end.RawData), new Caller(peer.Name, RoleSet.Of([Role.Replica]), CallerProof.Certificate));
        _pinned = pinned.ToFrozenDictionary();
        _subjects = named.Where(static one => one.Subject is not null).ToFrozenDictionary(static one => one.Subject!, CallerOf, StringComparer.Ordinal);
    }

    /// <summary>Who has a certificate, or why it is not good.</summary>
    internal (Caller? Caller, string? Problem) Find(X509Certificate2 certificate)
    {
        var (now, clients) = (_time.GetUtcNow(), _tls.Current?.Clients);
        if (_judged.TryGetValue(certificate, out var known) && known.Clients == clients && now >= known.At && now - known.At < JudgedFor) return (known.Caller, known.Problem);
        var (caller, problem) = Judge(certificate, clients, now);
        _judged.AddOrUpdate(certificate, new Judgement(clients, now, caller, problem));
        return (caller, problem);
    }

    private (Caller?, string?) Judge(X509Certificate2 certificate, TrustedCertificates? clients, DateTimeOffset now)
    {
        var digest = Digest.Of(certificate.RawData);
        if (!TrustedCertificates.IsGoodAt(certificate, now)) return (null, $"The client certificate {digest} is not good at this time: it runs from {certificate.NotBefore:u} to {certificate.NotAfter:u}.");
        if (_pinned.TryGetValue(digest, out var pinned)) return (pinned, null);
        if (clients?.IsIssued(certificate, TrustedCertificates.Client, now) is not true) return (null, $"This node does not know the client certificate {digest}, nor who issued it.");
        // One that is good and says nothing to this node has no roles; its holder is told the name to ask them for.
        return DistinguishedName.Of(certificate.SubjectName) is { } subject
            ? (_subjects.GetValueOrDefault(subject) ?? new Caller(subject, default, CallerProof.Certificate), null)
            : (null, $"The client certificate {digest} has a subject that cannot be named in one line of text.");
    }

    private static Caller CallerOf(CertificateOptions one) => new(one.Name, one.Roles, CallerProof.Certificate);

    private sealed record Judgement(TrustedCertificates? Clients, DateTimeOffset At, Caller? Caller, string? Problem);
}
