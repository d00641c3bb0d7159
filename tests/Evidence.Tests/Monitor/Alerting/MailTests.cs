using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Alerting.Delivering;
using Evidence.Tests.Grpc;
using Evidence.Tests.Nodes;
using MimeKit;

namespace Evidence.Tests.Monitor.Alerting;

public sealed class MailTests : IDisposable
{
    private const string Password = "pass phrase of the node";
    private static readonly TimeSpan Digest = TimeSpan.FromMinutes(15);
    private readonly TemporaryFolder _folder = new();
    private readonly HandClock _time = new();
    private readonly ServerCertificate _certificate = new();

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signs_in_and_sends_only_when_the_connection_is_protected(bool tlsAtOnce)
    {
        using var desk = new MailDesk(_certificate.Server, tlsAtOnce);
        await SendAsync(Receiver(desk, tlsAtOnce ? MailSecurity.Tls : MailSecurity.StartTls));
        Assert.Single(desk.Mails);
        Assert.Equal(tlsAtOnce ? [] : ["EHLO", "STARTTLS"], desk.Commands.Where(command => !command.Protected).Select(command => command.Command.Split(' ')[0]));
        Assert.Contains(desk.Commands, command => command.Protected && command.Command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sends_nothing_when_the_server_offers_no_protection()
    {
        using var desk = new MailDesk();
        await FailsAsync(Receiver(desk, MailSecurity.StartTls));
        Assert.Empty(desk.Mails);
        Assert.DoesNotContain(desk.Commands, command => command.Command.StartsWith("AUTH", StringComparison.Ordinal) || command.Command.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sends_nothing_to_a_server_whose_certificate_is_not_under_the_roots(bool hasRoots)
    {
        using var other = new ServerCertificate();
        using var desk = new MailDesk(_certificate.Server);
        var failure = await FailsAsync(Receiver(desk, MailSecurity.StartTls, root: hasRoots ? other.Root : null, hasRoots: hasRoots));
        Assert.Contains("certificate", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(desk.Commands, command => command.Command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AUTH", "535 no")]
    [InlineData("RCPT", "550 nobody here")]
    [InlineData("EHLO", "421 not now")]
    public async Task A_server_that_does_not_take_the_mail_is_a_failure_without_the_password(string command, string answer)
    {
        using var desk = new MailDesk(_certificate.Server) { Instead = line => line.StartsWith(command, StringComparison.Ordinal) ? answer : null };
        Assert.DoesNotContain(Password, (await FailsAsync(Receiver(desk, MailSecurity.StartTls))).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_a_while()
    {
        var asked = new TaskCompletionSource();
        using var desk = new MailDesk
        {
            Instead = _ =>
            {
                asked.TrySetResult();
                return "250-wait"; // the last line never comes
            },
        };
        var sending = FailsAsync(Receiver(desk, MailSecurity.None));
        await asked.Task;
        _time.Advance(MailReceiver.Patience);
        Assert.Contains("within", (await sending).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_says_what_is_wrong_and_what_to_do_and_no_text_of_it_can_forge_a_header()
    {
        using var desk = new MailDesk();
        var alert = Of(3, Severity.Error) with { Message = "卷 1 is damaged.\r\nBcc: somebody@example.org\r\n\r\nAll is well." };
        await Receiver(desk, MailSecurity.None).SendAsync([alert], default);
        var mail = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(Assert.Single(desk.Mails))));
        Assert.Equal("staff@archive.example", Assert.Single(mail.GetRecipients()).Address);
        Assert.Contains("卷 1 is damaged.", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("alert-3", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("evidence alerts ack", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("\nAll is well.", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_alerts_are_one_short_mail()
    {
        using var desk = new MailDesk();
        await Receiver(desk, MailSecurity.None).SendAsync([.. Enumerable.Range(1, 10_000).Select(number => Of(number, Severity.Error))], default);
        var mail = Assert.Single(desk.Mails);
        Assert.True(mail.Length < 200_000, $"the mail has {mail.Length} characters");
    }

    [Fact]
    public async Task What_is_grave_goes_at_once_the_rest_gathers_and_no_two_mails_follow_within_a_minute()
    {
        using var desk = new MailDesk();
        var receiver = Receiver(desk, MailSecurity.None);
        var (start, warning, closed) = (_time.GetUtcNow(), Of(1, Severity.Warning), Of(2, Severity.Error) with { Closed = _time.GetUtcNow() });
        Assert.Empty(receiver.Choose([warning, closed], start));
        Assert.Empty(receiver.Choose([warning, closed], start + Digest - TimeSpan.FromSeconds(1)));
        Assert.Equal([warning, closed], receiver.Choose([warning, closed], start + Digest));
        var error = Of(3, Severity.Error);
        Assert.Equal([warning, error], receiver.Choose([warning, error], start));
        Assert.Empty(receiver.Choose([error with { Acknowledged = new("wang", "", start) }], start));
        await receiver.SendAsync([warning, error], default);
        Assert.Empty(receiver.Choose([Of(4, Severity.Error)], start + MailReceiver.Pause - TimeSpan.FromSeconds(1)));
        Assert.Single(receiver.Choose([Of(4, Severity.Error)], start + MailReceiver.Pause));
    }

    private Alert Of(int number, Severity severity) => new(number, $"test:{number}", severity, "evidence.test/n1", "It is damaged.", [], _time.GetUtcNow()) { News = number };

    private Task SendAsync(MailReceiver receiver) => receiver.SendAsync([Of(1, Severity.Error)], default);

    private Task<DeliveryException> FailsAsync(MailReceiver receiver) => Assert.ThrowsAsync<DeliveryException>(() => SendAsync(receiver));

    private MailReceiver Receiver(MailDesk desk, MailSecurity security, X509Certificate2? root = null, bool hasRoots = true)
    {
        File.WriteAllText(_folder.At("password"), Password);
        File.SetUnixFileMode(_folder.At("password"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var receiver = new MailReceiverOptions("staff", new ReceiverRule(Severity.Warning, false), [new MailboxAddress("", "staff@archive.example")], Digest);
        var isPlain = security == MailSecurity.None;
        var server = new MailServerOptions(
            "127.0.0.1", desk.Port, security, isPlain ? null : "node", isPlain ? null : Secret.Read(_folder.At("password"), 1), hasRoots ? [root ?? _certificate.Root] : null,
            new MailboxAddress("Evidence", "node1@archive.example"), [receiver]);
        return new MailReceiver(server, receiver, "n1", "evidence.test/n1", _time);
    }
}
