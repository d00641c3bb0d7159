using System.Globalization;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server;

/// <summary>Puts a status where it belongs: into the trailers, or into the header when nothing has been sent (a trailers-only response).</summary>
internal static class ResponseStatus
{
    public static void Set(HttpResponse response, Status status, Metadata? trailers)
    {
        var code = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (response.HasStarted)
            SetTrailers(response, code, status.Detail, trailers);
        else
            SetHeader(response, code, status.Detail, trailers);
    }

    private static void SetTrailers(HttpResponse response, string code, string detail, Metadata? trailers)
    {
        response.AppendTrailer(WireNames.Status, code);
        if (!string.IsNullOrEmpty(detail))
            response.AppendTrailer(WireNames.Message, StatusText.Encode(detail));
        foreach (var entry in trailers ?? Metadata.Empty)
            response.AppendTrailer(entry.Key, MetadataText.ValueOf(entry));
    }

    private static void SetHeader(HttpResponse response, string code, string detail, Metadata? trailers)
    {
        response.ContentType = WireNames.ContentType;
        response.Headers[WireNames.Status] = code;
        if (!string.IsNullOrEmpty(detail))
            response.Headers[WireNames.Message] = StatusText.Encode(detail);
        foreach (var entry in trailers ?? Metadata.Empty)
            response.Headers.Append(entry.Key, MetadataText.ValueOf(entry));
    }
}
