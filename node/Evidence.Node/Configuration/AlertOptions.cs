using System.Security.Cryptography.X509Certificates;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Alerting.Delivering;
using MimeKit;

namespace Evidence.Node.Configuration;

/// <summary>Whom the node tells of alerts, and for how long it keeps them.</summary>
internal sealed record AlertOptions
{
    /// <summary>Closed alerts that are kept; those that were closed first are forgotten beyond it.</summary>
    public int KeptClosed { get; init; } = AlertBook.DefaultKeptClosed;

    /// <summary>How long an alert may wait for somebody to acknowledge it; null: for ever.</summary>
    public TimeSpan? EscalateAfter { get; init; }

    /// <summary>How long a message that does not arrive is tried.</summary>
    public TimeSpan ExpireAfter { get; init; } = DefaultExpireAfter;

    /// <summary>Addresses that get each alert by HTTP.</summary>
    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>The mail server, and who gets mail; null: nobody.</summary>
    public MailServerOptions? Mail { get; init; }

    /// <summary>Three days: a long weekend.</summary>
    internal static readonly TimeSpan DefaultExpireAfter = TimeSpan.FromDays(3);
}

/// <summary>An address that gets each alert by HTTP.</summary>
/// <param name="Name">Name of the receiver; that of its file in the data folder as well.</param>
/// <param name="Rule">What it hears of.</param>
/// <param name="Url">https, or http on loopback.</param>
/// <param name="Secret">Key of the signature.</param>
/// <param name="Roots">Certificates that its server's must end at; null: the system's.</param>
internal sealed record WebhookOptions(string Name, ReceiverRule Rule, Uri Url, Secret Secret, X509Certificate2Collection? Roots);

/// <summary>How the connection to the mail server is protected.</summary>
internal enum MailSecurity
{
    /// <summary>Not at all; only for a server on this machine.</summary>
    None,

    /// <summary>By STARTTLS (RFC 3207), without which nothing is sent.</summary>
    StartTls,

    /// <summary>By TLS from the first byte (RFC 8314).</summary>
    Tls,
}

/// <summary>A mail server and those who get mail through it.</summary>
/// <param name="Host">Its name, which its certificate must have.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="User">Who signs in; null: nobody.</param>
/// <param name="Password">With this.</param>
/// <param name="Roots">Certificates that its own must end at; null: the system's.</param>
/// <param name="From">The sender.</param>
/// <param name="Receivers">Who gets mail.</param>
internal sealed record MailServerOptions(
    string Host, int Port, MailSecurity Security, string? User, Secret? Password, X509Certificate2Collection? Roots, MailboxAddress From, IReadOnlyList<MailReceiverOptions> Receivers);

/// <summary>Some people who get the same mails.</summary>
/// <param name="Name">Name of the receiver; that of its file in the data folder as well.</param>
/// <param name="Rule">What they hear of.</param>
/// <param name="To">Their addresses.</param>
/// <param name="Digest">How long what is not urgent gathers for one mail.</param>
internal sealed record MailReceiverOptions(string Name, ReceiverRule Rule, IReadOnlyList<MailboxAddress> To, TimeSpan Digest);
