using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Node.Configuration;

namespace Evidence.Node.Monitoring.Alerting.Delivering;

/// <summary>
/// Posts each alert as JSON to an address. <c>Evidence-Signature: v1=HEX</c> is HMAC-SHA256 of <c>TIMESTAMP.BODY</c> under the shared secret, with the
/// Unix seconds of <c>Evidence-Timestamp</c>: whoever checks both knows who sent it, and that it is not an old one sent again.
/// </summary>
internal sealed class WebhookReceiver(WebhookOptions options, string node, string origin, HttpClient http, TimeProvider time) : IAlertReceiver
{
    internal const string TimestampHeader = "Evidence-Timestamp", SignatureHeader = "Evidence-Signature", DeliveryHeader = "Evidence-Delivery";

    /// <summary>How long the receiver has for its answer.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public string Name => options.Name;

    public ReceiverRule Rule => options.Rule;

    public IReadOnlyList<Alert> Choose(IReadOnlyList<Alert> waiting, DateTimeOffset now) => [.. waiting.Take(1)];

    public async Task SendAsync(IReadOnlyList<Alert> alerts, CancellationToken ct)
    {
        foreach (var alert in alerts) await PostAsync(alert, ct);
    }

    /// <summary>A client that follows no redirect: what is signed is for one address, and what it says of damage is for nobody else.</summary>
    internal static HttpClient Connect(WebhookOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = Patience,
        SslOptions = { RemoteCertificateValidationCallback = options.Roots is { } roots ? ServerRoots.Check(roots) : null },
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    private async Task PostAsync(Alert alert, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var request = Request(alert);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            Judge(response.StatusCode);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DeliveryException($"it did not answer within {Patience.TotalSeconds:0} s.");
        }
        catch (HttpRequestException e)
        {
            throw new DeliveryException($"it cannot be reached: {e.Message}", inner: e);
        }
    }

    private static void Judge(HttpStatusCode status)
    {
        var code = (int)status;
        if (code is >= 200 and < 300) return;
        if (code is >= 300 and < 400) throw new DeliveryException($"it answered with a redirect (HTTP {code}), and none is followed: name the right address.");
        var isRefusal = code is >= 400 and < 500 and not (401 or 403 or 404 or 408 or 429);
        throw new DeliveryException($"it answered with HTTP {code}.", isRefusal);
    }

    private HttpRequestMessage Request(Alert alert)
    {
        var (timestamp, delivery) = (time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{alert.Id}/{alert.News}"));
        var body = CanonicalJson.Serialize(new JsonObject
        {
            ["format"] = "evidence.alert/1",
            ["node"] = node,
            ["origin"] = origin,
            ["delivery"] = delivery,
            ["alert"] = AlertJson.Of(alert),
        });
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(TimestampHeader, timestamp);
        request.Headers.Add(SignatureHeader, $"v1={Sign(options.Secret, timestamp, body)}");
        request.Headers.Add(DeliveryHeader, delivery);
        return request;
    }

    private static string Sign(Secret secret, string timestamp, byte[] body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret.Bytes, (byte[])[.. Encoding.ASCII.GetBytes(timestamp + "."), .. body]));
}
