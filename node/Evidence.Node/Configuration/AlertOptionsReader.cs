using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Alerting.Delivering;
using MimeKit;

namespace Evidence.Node.Configuration;

/// <summary>Reads the section "alerts" of node.json. Paths in it are relative to <paramref name="folder"/>.</summary>
internal sealed class AlertOptionsReader(string folder)
{
    private const int LeastWebhookSecret = 16;
    private const double Year = 366 * 86_400;

    internal AlertOptions Read(ConfigSection? alerts)
    {
        if (alerts is null) return new AlertOptions();
        var escalate = alerts.Seconds("escalateAfterSeconds", 0, 0, Year);
        var options = new AlertOptions
        {
            KeptClosed = (int)alerts.Number("keepClosed", AlertBook.DefaultKeptClosed, 0, 100_000),
            EscalateAfter = escalate == TimeSpan.Zero ? null : escalate,
            ExpireAfter = alerts.Seconds("expireAfterSeconds", AlertOptions.DefaultExpireAfter.TotalSeconds, 60, Year),
            Webhooks = [.. alerts.Sections("webhooks").Select(Webhook)],
            Mail = Mail(alerts.Section("mail")),
        };
        CheckNames(alerts, options);
        alerts.RefuseUnknownFields();
        return options;
    }

    private static void CheckNames(ConfigSection alerts, AlertOptions options)
    {
        var names = options.Webhooks.Select(webhook => webhook.Name).Concat(options.Mail?.Receivers.Select(receiver => receiver.Name) ?? []);
        foreach (var twice in names.GroupBy(name => name).Where(group => group.Key.Length > 0 && group.Count() > 1))
            alerts.Fail("webhooks", $"and \"mail\" name the receiver {twice.Key} {twice.Count()} times: give each its own name");
        var rules = options.Webhooks.Select(webhook => webhook.Rule).Concat(options.Mail?.Receivers.Select(receiver => receiver.Rule) ?? []);
        if (options.EscalateAfter is null && rules.Any(rule => rule.OnlyEscalated))
            alerts.Fail("escalateAfterSeconds", "is missing: a receiver wants only alerts that are escalated, and none ever is");
    }

    private WebhookOptions Webhook(ConfigSection webhook)
    {
        var options = new WebhookOptions(
            NameOf(webhook), Rule(webhook), Url(webhook), SecretOf(webhook, "secret", webhook.Required("secret", "a file with the secret that the receiver checks signatures by"), LeastWebhookSecret)!,
            Roots(webhook));
        webhook.RefuseUnknownFields();
        return options;
    }

    private static Uri Url(ConfigSection webhook)
    {
        var text = webhook.Required("url", "where to post alerts, such as https://desk.example/alerts");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            if (text.Length > 0) webhook.Fail("url", $"must be an address such as https://desk.example/alerts, not {text}");
            return new Uri("https://localhost");
        }
        if (url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url.Host)) webhook.Fail("url", $"is {url.Host} without TLS: write https");
        if (url.UserInfo.Length > 0) webhook.Fail("url", "holds a password: the signature says who sends, so leave it out");
        return url;
    }

    private MailServerOptions? Mail(ConfigSection? mail)
    {
        if (mail is null) return null;
        var security = Security(mail);
        var user = mail.Optional("user");
        var options = new MailServerOptions(
            mail.Required("host", "the name of the mail server"),
            (int)mail.Number("port", security == MailSecurity.Tls ? 465 : 587, 1, 65_535),
            security,
            user,
            mail.Optional("password") is { } file ? SecretOf(mail, "password", file, 1) : null,
            Roots(mail),
            Mailbox(mail, "from", mail.Required("from", "the sender's address")),
            [.. mail.Sections("receivers").Select(Receiver)]);
        if (security == MailSecurity.None && options.Host.Length > 0 && !IsLoopback(options.Host)) mail.Fail("security", $"is none, and {options.Host} is another machine: write starttls or tls");
        if (user is null != mail.Optional("password") is null) mail.Fail("user", "and \"password\" go together: give both or neither");
        if (options.Receivers.Count == 0) mail.Fail("receivers", "is missing: who gets mail");
        mail.RefuseUnknownFields();
        return options;
    }

    private static MailReceiverOptions Receiver(ConfigSection receiver)
    {
        var to = receiver.Texts("to");
        if (to.Count == 0) receiver.Fail("to", "is missing: the addresses that get the mail");
        var options = new MailReceiverOptions(
            NameOf(receiver), Rule(receiver), [.. to.Select(address => Mailbox(receiver, "to", address))], receiver.Seconds("digestSeconds", 900, 60, 7 * 86_400));
        receiver.RefuseUnknownFields();
        return options;
    }

    private static MailSecurity Security(ConfigSection mail) => mail.Optional("security") switch
    {
        null or "starttls" => MailSecurity.StartTls,
        "tls" => MailSecurity.Tls,
        "none" => MailSecurity.None,
        var other => Fail(mail, "security", $"must be starttls, tls or none, not {other}", MailSecurity.StartTls),
    };

    // It becomes the name of a file.
    private static string NameOf(ConfigSection receiver)
    {
        var name = receiver.Required("name", "a name for the receiver");
        if (name.Length > 40 || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')) receiver.Fail("name", $"must be up to 40 of a-z, 0-9 and -, not {name}");
        return name;
    }

    private static ReceiverRule Rule(ConfigSection receiver) => new(
        receiver.Optional("severity") switch
        {
            null or "warning" => Severity.Warning,
            "info" => Severity.Info,
            "error" => Severity.Error,
            var other => Fail(receiver, "severity", $"must be info, warning or error, not {other}", Severity.Warning),
        },
        receiver.Flag("onlyEscalated", false));

    private Secret? SecretOf(ConfigSection section, string field, string file, int least)
    {
        if (file.Length == 0) return null;
        try
        {
            return Secret.Read(Path.GetFullPath(file, folder), least);
        }
        catch (Exception e) when (e is KeyFileException or IOException or UnauthorizedAccessException)
        {
            section.Fail(field, $"cannot be used: {e.Message}");
            return null;
        }
    }

    private X509Certificate2Collection? Roots(ConfigSection section)
    {
        if (section.Optional("roots") is not { } file) return null;
        var roots = new X509Certificate2Collection();
        try
        {
            RegularFile.Check(Path.GetFullPath(file, folder));
            roots.ImportFromPemFile(Path.GetFullPath(file, folder));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            section.Fail("roots", $"names {Path.GetFullPath(file, folder)}, which cannot be read: {e.Message}");
            return null;
        }
        if (roots.Count == 0) section.Fail("roots", $"names {Path.GetFullPath(file, folder)}, which holds no certificate in PEM");
        return roots;
    }

    private static MailboxAddress Mailbox(ConfigSection section, string field, string text)
    {
        if (MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address.Contains('@', StringComparison.Ordinal)) return mailbox;
        if (text.Length > 0) section.Fail(field, $"must be a mail address, not {text}");
        return new MailboxAddress("", "nobody@localhost");
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static T Fail<T>(ConfigSection section, string field, string problem, T otherwise)
    {
        section.Fail(field, problem);
        return otherwise;
    }
}
