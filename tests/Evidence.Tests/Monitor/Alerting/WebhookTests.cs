using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Alerting.Delivering;
using Evidence.Tests.Grpc;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Monitor.Alerting;

public sealed class WebhookTests : IAsyncLifetime
{
    private const string SharedSecret = "a secret that both sides know";
    private static readonly Finding Found = new(FindingCodes.PartChanged, Severity.Error, Layer.Content, "c0001", "The part differs.", "aa", "bb");
    private readonly TemporaryFolder _folder = new();
    private readonly HandClock _time = new();
    private HttpDesk _desk = null!;

    private Alert Opened => new(7, "volume-damaged:evidence.test/n1", Severity.Error, "evidence.test/n1", "卷 1 is damaged.", [Found], _time.GetUtcNow()) { News = 12 };

    public async Task InitializeAsync() => _desk = await HttpDesk.StartAsync();

    public async Task DisposeAsync()
    {
        await _desk.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Posts_the_alert_signed_over_time_and_body()
    {
        await SendAsync(Receiver(_desk.Url));
        var (headers, body) = Assert.Single(_desk.Requests);
        var timestamp = headers["Evidence-Timestamp"].ToString();
        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds().ToString(), timestamp);
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(SharedSecret), Encoding.UTF8.GetBytes($"{timestamp}.{Encoding.UTF8.GetString(body)}"));
        Assert.Equal($"v1={Convert.ToHexStringLower(expected)}", headers["Evidence-Signature"]);
        var json = JsonNode.Parse(body)!;
        Assert.Equal(("alert-7/12", "alert-7/12"), (headers["Evidence-Delivery"].ToString(), json["delivery"]!.ToString()));
        Assert.Equal(("n1", "open", "卷 1 is damaged.", "c0001"),
            (json["node"]!.ToString(), json["alert"]!["state"]!.ToString(), json["alert"]!["message"]!.ToString(), json["alert"]!["findings"]![0]!["subject"]!.ToString()));
        Assert.DoesNotContain(SharedSecret, Encoding.UTF8.GetString(body) + string.Join(' ', headers.Select(header => header.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_no_redirect()
    {
        await using var elsewhere = await HttpDesk.StartAsync();
        _desk.Answer = context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, elsewhere.Url.AbsoluteUri);
            return Task.CompletedTask;
        };
        var failure = await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Receiver(_desk.Url)));
        Assert.Contains("redirect", failure.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(429, false)]
    [InlineData(404, false)]
    [InlineData(401, false)]
    [InlineData(400, true)]
    [InlineData(413, true)]
    public async Task Anything_but_success_is_a_failure_and_some_concern_this_message_alone(int status, bool isRefusal)
    {
        _desk.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var failure = await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Receiver(_desk.Url)));
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(isRefusal, failure.IsRefusal);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_given_up_after_a_while()
    {
        var asked = new TaskCompletionSource();
        _desk.Answer = async context =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        var sending = SendAsync(Receiver(_desk.Url));
        await asked.Task;
        _time.Advance(WebhookReceiver.Patience);
        Assert.Contains("did not answer", (await Assert.ThrowsAsync<DeliveryException>(() => sending)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_a_failure()
    {
        var url = _desk.Url;
        await _desk.DisposeAsync();
        await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Receiver(url)));
    }

    [Fact]
    public async Task The_certificate_of_the_receiver_must_end_at_the_roots_that_are_named()
    {
        using var certificate = new ServerCertificate();
        using var other = new ServerCertificate();
        await using var desk = await HttpDesk.StartAsync(certificate.Server);
        await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Receiver(desk.Url)));
        await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Receiver(desk.Url, other.Root)));
        using var foreign = new ServerCertificate("desk.example");
        await using var impostor = await HttpDesk.StartAsync(foreign.Server);
        await Assert.ThrowsAsync<DeliveryException>(() => SendAsync(Receiver(impostor.Url, foreign.Root)));
        Assert.Empty(desk.Requests.Concat(impostor.Requests));
        await SendAsync(Receiver(desk.Url, certificate.Root));
        Assert.Single(desk.Requests);
    }

    private Task SendAsync(WebhookReceiver receiver) => receiver.SendAsync([Opened], default);

    private WebhookReceiver Receiver(Uri url, X509Certificate2? root = null)
    {
        File.WriteAllText(_folder.At("secret"), SharedSecret + "\n");
        File.SetUnixFileMode(_folder.At("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var options = new WebhookOptions("desk", new ReceiverRule(Severity.Warning, false), url, Secret.Read(_folder.At("secret"), 16), root is null ? null : [root]);
        return new WebhookReceiver(options, "n1", "evidence.test/n1", WebhookReceiver.Connect(options), _time);
    }
}
