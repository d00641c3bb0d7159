using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting.Delivering;
using Evidence.Tests.Monitor.Alerting;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Configuration;

public sealed class AlertOptionsTests : IDisposable
{
    private const string WebhookSecret = "sixteen or more characters";
    private readonly TemporaryFolder _folder = new();

    public AlertOptionsTests()
    {
        Directory.CreateDirectory(_folder.At("keys"));
        Write("hook.secret", WebhookSecret);
        Write("mail.password", "x");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Takes_receivers_and_fills_in_the_rest()
    {
        var alerts = Read("""
            "escalateAfterSeconds": 3600,
            "webhooks": [{"name": "desk", "url": "https://desk.example/alerts", "secret": "hook.secret", "severity": "info"}],
            "mail": {"host": "mail.example", "user": "node", "password": "mail.password", "from": "Evidence <node1@archive.example>",
                     "receivers": [{"name": "staff", "to": ["a@archive.example", "b@archive.example"]}, {"name": "chief", "to": ["c@archive.example"], "severity": "error", "onlyEscalated": true, "digestSeconds": 60}]}
            """);
        Assert.Equal((1000, TimeSpan.FromHours(1), TimeSpan.FromDays(3)), (alerts.KeptClosed, alerts.EscalateAfter!.Value, alerts.ExpireAfter));
        var webhook = Assert.Single(alerts.Webhooks);
        Assert.Equal(("desk", WebhookSecret, new ReceiverRule(Severity.Info, false)), (webhook.Name, webhook.Secret.Text, webhook.Rule));
        Assert.Equal((587, MailSecurity.StartTls, "x"), (alerts.Mail!.Port, alerts.Mail.Security, alerts.Mail.Password!.Text));
        Assert.Equal([(2, 900.0, false), (1, 60.0, true)], alerts.Mail.Receivers.Select(receiver => (receiver.To.Count, receiver.Digest.TotalSeconds, receiver.Rule.OnlyEscalated)));
        Assert.DoesNotContain(WebhookSecret, alerts.ToString() + webhook, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""webhooks": [{"name": "desk", "url": "http://desk.example", "secret": "hook.secret"}]""", "without TLS")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://u:p@desk.example", "secret": "hook.secret"}]""", "holds a password")]
    [InlineData("""webhooks": [{"name": "desk", "url": "desk", "secret": "hook.secret"}]""", "must be an address")]
    [InlineData("""webhooks": [{"name": "../desk", "url": "https://desk.example", "secret": "hook.secret"}]""", "must be up to 40 of")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "open.secret"}]""", "chmod 600")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "mail.password"}]""", "fewer than 16")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "none"}]""", "is not there")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example"}]""", "is missing")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "hook.secret", "severity": "grave"}]""", "must be info, warning or error")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "hook.secret", "roots": "hook.secret"}]""", "no certificate")]
    [InlineData("""webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "hook.secret", "onlyEscalated": true}]""", "none ever is")]
    [InlineData("""webhooks": [{"name": "a", "url": "https://a.example", "secret": "hook.secret"}, {"name": "a", "url": "https://b.example", "secret": "hook.secret"}]""", "2 times")]
    [InlineData("""mail": {"host": "mail.example", "security": "none", "from": "a@b.example", "receivers": [{"name": "staff", "to": ["a@b.example"]}]}""", "another machine")]
    [InlineData("""mail": {"host": "mail.example", "security": "ssl", "from": "a@b.example", "receivers": [{"name": "staff", "to": ["a@b.example"]}]}""", "must be starttls, tls or none")]
    [InlineData("""mail": {"host": "mail.example", "user": "node", "from": "a@b.example", "receivers": [{"name": "staff", "to": ["a@b.example"]}]}""", "go together")]
    [InlineData("""mail": {"host": "mail.example", "from": "nobody", "receivers": [{"name": "staff", "to": ["a@b.example"]}]}""", "must be a mail address")]
    [InlineData("""mail": {"host": "mail.example", "from": "a@b.example"}""", "who gets mail")]
    [InlineData("""mail": {"host": "mail.example", "from": "a@b.example", "receivers": [{"name": "staff"}]}""", "the addresses")]
    [InlineData("""keepClosed": -1""", "from 0 to 100000")]
    [InlineData("""webhook": []""", "is not a setting")]
    public void Refuses_what_cannot_be_and_says_so(string section, string expected)
    {
        Write("open.secret", WebhookSecret);
        File.SetUnixFileMode(_folder.At("open.secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var error = Assert.Single(Assert.Throws<ConfigurationException>(() => Read("\"" + section)).Errors);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain(WebhookSecret, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_error_at_once()
    {
        var errors = Assert.Throws<ConfigurationException>(() => Read("""
            "escalateAfterSeconds": -1, "webhooks": [{"name": "A", "url": "x"}], "mail": {"receivers": [{"to": ["x"]}]}
            """)).Errors;
        Assert.Equal(8, errors.Count);
    }

    [Fact]
    public void Takes_roots_in_pem()
    {
        using var certificate = new ServerCertificate();
        Write("roots.pem", certificate.Root.ExportCertificatePem());
        var alerts = Read("""
            "webhooks": [{"name": "desk", "url": "https://desk.example", "secret": "hook.secret", "roots": "roots.pem"}]
            """);
        Assert.Equal(certificate.Root.Thumbprint, alerts.Webhooks[0].Roots!.Single().Thumbprint);
    }

    [Theory]
    [InlineData("none", false)]
    [InlineData("required", true)]
    [InlineData("perhaps", null)]
    public void Repairs_need_approval_or_not_and_nothing_in_between(string approval, bool? isNeeded)
    {
        File.WriteAllText(_folder.At("node.json"), $$"""{"name":"n1","origin":"evidence.test/n1","listen":"http://127.0.0.1:0","repair":{"approval":"{{approval}}"} }""");
        if (isNeeded is { } needed) Assert.Equal(needed, NodeOptionsReader.Read(_folder.At("node.json")).Repair.NeedsApproval);
        else Assert.Contains("perhaps", Assert.Single(Assert.Throws<ConfigurationException>(() => NodeOptionsReader.Read(_folder.At("node.json"))).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_heartbeats_that_are_asked_for_less_often_than_they_must_be_heard()
    {
        File.WriteAllText(_folder.At("node.json"), """{"name":"n1","origin":"evidence.test/n1","listen":"http://127.0.0.1:0","heartbeat":{"everySeconds":60,"silentAfterSeconds":30,"within":1}}""");
        var errors = Assert.Throws<ConfigurationException>(() => NodeOptionsReader.Read(_folder.At("node.json"))).Errors;
        Assert.Contains("every peer would seem silent", errors[0], StringComparison.Ordinal);
        Assert.Contains("heartbeat.within", errors[1], StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        File.WriteAllText(_folder.At(name), text);
        File.SetUnixFileMode(_folder.At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private AlertOptions Read(string section)
    {
        File.WriteAllText(_folder.At("node.json"), $$"""{"name":"n1","origin":"evidence.test/n1","listen":"http://127.0.0.1:0","alerts":{ {{section}} } }""");
        return NodeOptionsReader.Read(_folder.At("node.json")).Alerts;
    }
}
