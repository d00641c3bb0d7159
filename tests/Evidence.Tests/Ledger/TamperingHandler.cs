using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Evidence.Tests.Ledger;

/// <summary>An endpoint in the middle: passes every request on, and may change an answer, lose it, or refuse the method.</summary>
internal sealed class TamperingHandler : DelegatingHandler
{
    internal TamperingHandler() : base(new SocketsHttpHandler()) { }

    /// <summary>Changes the answer (an object with "result" or "error") to a method.</summary>
    internal Dictionary<string, Action<JsonObject>> Changes { get; } = [];

    /// <summary>Whose answers are changed; everybody's unless the test says otherwise.</summary>
    internal Func<Uri, bool> Tampers { get; init; } = static _ => true;

    /// <summary>Methods whose request arrives and whose answer is lost, once for each time that a method stands here.</summary>
    internal List<string> LostAnswers { get; } = [];

    /// <summary>Methods in the order in which they were asked for.</summary>
    internal List<string> Asked { get; } = [];

    internal HttpClient Client => new(this, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var method = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["method"]!.GetValue<string>();
        lock (Asked) Asked.Add(method);
        var response = await base.SendAsync(request, cancellationToken);
        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        lock (LostAnswers)
            if (LostAnswers.Remove(method)) throw new HttpRequestException("the answer was lost");
        if (Tampers(request.RequestUri!) && Changes.TryGetValue(method, out var change)) change(answer);
        response.Content = JsonContent.Create(answer);
        return response;
    }
}
