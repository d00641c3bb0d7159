using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evidence.Ledger.Rpc;

/// <summary>One JSON-RPC 2.0 endpoint over HTTP.</summary>
internal sealed class JsonRpcEndpoint(Uri url, HttpClient http, TimeSpan timeout, TimeProvider time)
{
    /// <summary>A block of thousands of receipts stays well below; an endpoint that sends more is not read on.</summary>
    private const long MaxAnswer = 64 << 20;

    private long _id;

    internal Uri Url => url;

    /// <summary>The result of a call; a JSON null where the server knows no such thing.</summary>
    /// <exception cref="SilentEndpointException">No answer in time, or none that is JSON-RPC.</exception>
    /// <exception cref="RpcErrorException">The server answered with an error.</exception>
    internal async Task<JsonElement> CallAsync(string method, CancellationToken ct, params JsonNode?[] parameters)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return Result(method, await PostAsync(method, parameters, either.Token));
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new SilentEndpointException($"{method}: no answer within {timeout.TotalSeconds:0.#} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or FormatException)
        {
            throw new SilentEndpointException($"{method}: {e.Message}", e);
        }
    }

    private async Task<JsonElement> PostAsync(string method, JsonNode?[] parameters, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = Interlocked.Increment(ref _id),
            ["method"] = method,
            ["params"] = new JsonArray(parameters),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body) };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (IsUnavailable(response.StatusCode)) throw new SilentEndpointException($"{method}: HTTP status {(int)response.StatusCode}");
        await response.Content.LoadIntoBufferAsync(MaxAnswer, ct);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(ct));
        return answer.RootElement.Clone();
    }

    /// <summary>Other failures may still carry a JSON-RPC error in their body.</summary>
    private static bool IsUnavailable(HttpStatusCode status) =>
        (int)status is >= 500 or (>= 300 and < 400) or 401 or 403 or 404 or 408 or 429;

    private static JsonElement Result(string method, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object) throw new SilentEndpointException($"{method}: the answer is not JSON-RPC");
        if (answer.Field("error") is { } error) throw ErrorOf(method, error);
        return answer.FieldOrNull("result") ?? throw new SilentEndpointException($"{method}: the answer has no result");
    }

    private static RpcErrorException ErrorOf(string method, JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object) return new RpcErrorException(method, 0, Words(error), null);
        var code = error.Field("code") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;
        var message = error.Field("message") is { } words ? Words(words) : "an error without a message";
        return new RpcErrorException(method, code, message, RevertData(error.Field("data")));
    }

    private static string Words(JsonElement message) => message.ValueKind == JsonValueKind.String ? message.AsText("error") : message.GetRawText();

    /// <summary>Clients put the revert data into the error as text; some wrap it once more.</summary>
    private static byte[]? RevertData(JsonElement? data)
    {
        if (data is { ValueKind: JsonValueKind.Object } wrapped) data = wrapped.Field("data");
        if (data is not { ValueKind: JsonValueKind.String } text) return null;
        try
        {
            return Hex.ParseData(text.AsText("data"));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
