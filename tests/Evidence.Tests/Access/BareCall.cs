using System.Net.Http.Headers;
using Grpc.Core;

namespace Evidence.Tests.Access;

/// <summary>A call with one empty message, made with nothing but HTTP, as any client may make it.</summary>
internal static class BareCall
{
    /// <summary>How the call was refused; null: it was let in, however it then ended.</summary>
    internal static async Task<Status?> RefusalAsync(HttpClient http, Uri node, string path, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node, path)) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent(new byte[5]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("grpc-timeout", "300m"); // the clock starts behind the door, and some calls have no end of their own
        if (authorization is not null) request.Headers.TryAddWithoutValidation("authorization", authorization);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        var status = StatusOf(response);
        return status.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.ResourceExhausted or StatusCode.Unimplemented ? status : null;
    }

    // A refusal has no message before it, so that its status is among the headers.
    private static Status StatusOf(HttpResponseMessage response) => response.Headers.TryGetValues("grpc-status", out var code)
        ? new Status((StatusCode)int.Parse(code.Single(), System.Globalization.CultureInfo.InvariantCulture), Uri.UnescapeDataString(response.Headers.TryGetValues("grpc-message", out var text) ? text.Single() : ""))
        : Status.DefaultSuccess;
}
