using System.Net.Sockets;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>Sends alerts by mail. What is grave and new goes at once, the rest gathers for a digest; never more than one mail a minute, however much happens.</summary>
internal sealed class MailReceiver(MailServerOptions server, MailReceiverOptions options, string node, string origin, TimeProvider time) : IAlertReceiver
{
    /// <summary>The shortest time between two mails.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>How long the server has for a whole mail.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private DateTimeOffset _next;

    public string Name => options.Name;

    public ReceiverRule Rule => options.Rule;

    public IReadOnlyList<Alert> Choose(IReadOnlyList<Alert> waiting, DateTimeOffset now) =>
        now >= _next && waiting.Any(alert => IsUrgent(alert) || now - alert.NewsAt >= options.Digest) ? waiting : [];

    public async Task SendAsync(IReadOnlyList<Alert> alerts, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var message = MailText.Write(alerts, server.From, options.To, node, origin, time.GetUtcNow());
        try
        {
            await SendAsync(message, either.Token);
            _next = time.GetUtcNow() + Pause;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DeliveryException($"the mail server did not take the mail within {Patience.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is SocketException or IOException or ProtocolException or CommandException or AuthenticationException or SslHandshakeException or NotSupportedException or ServiceNotConnectedException)
        {
            throw new DeliveryException($"{server.Host}:{server.Port} did not take the mail: {Plain(e)}", inner: e);
        }
    }

    private async Task SendAsync(MimeMessage message, CancellationToken ct)
    {
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        if (server.Roots is { } roots) client.ServerCertificateValidationCallback = ServerRoots.Check(roots);
        await client.ConnectAsync(server.Host, server.Port, OptionsOf(server.Security), ct);
        if (server.User is { } user) await client.AuthenticateAsync(user, server.Password!.Text, ct);
        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    // Never "if the server offers it": whoever sits in between would take the offer away.
    private static SecureSocketOptions OptionsOf(MailSecurity security) => security switch
    {
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        MailSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static bool IsUrgent(Alert alert) => alert is { IsOpen: true, Acknowledged: null, Weight: Severity.Error };

    // What a server answers to a password is its own words, on one line; ours are never in them.
    private static string Plain(Exception e) => Core.PlainText.Of(e is SslHandshakeException ? "its certificate is not accepted, or it speaks no TLS there." : e.Message.Split('\n')[0]);
}
