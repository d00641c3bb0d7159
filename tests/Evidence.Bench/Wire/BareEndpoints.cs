using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Evidence.Bench.Wire;

/// <summary>Reads and writes the same bytes as <see cref="WireService"/> with Kestrel alone: its ceiling.</summary>
internal static class BareEndpoints
{
    internal const string Echo = "/bare/Echo", Take = "/bare/Take", Give = "/bare/Give";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Echo, (RequestDelegate)EchoAsync);
        routes.MapPost(Take, (RequestDelegate)TakeAsync);
        routes.MapPost(Give, (RequestDelegate)GiveAsync);
    }

    private static async Task EchoAsync(HttpContext http)
    {
        var request = await ReadWholeAsync(http.Request.BodyReader, http.RequestAborted);
        http.Response.ContentType = "application/grpc";
        foreach (var segment in request) http.Response.BodyWriter.Write(segment.Span);
        http.Request.BodyReader.AdvanceTo(request.End);
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task TakeAsync(HttpContext http)
    {
        var body = http.Request.BodyReader;
        long bytes = 0;
        for (var isMore = true; isMore;)
        {
            var read = await body.ReadAsync(http.RequestAborted);
            bytes += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            isMore = !read.IsCompleted;
        }
        http.Response.ContentType = "application/grpc";
        http.Response.BodyWriter.Write(WireBytes.Message((int)(bytes / WireBytes.ChunkMessage.Length)));
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task GiveAsync(HttpContext http)
    {
        var request = await ReadWholeAsync(http.Request.BodyReader, http.RequestAborted);
        var left = WireBytes.NumberIn(request.ToArray());
        http.Request.BodyReader.AdvanceTo(request.End);
        http.Response.ContentType = "application/grpc";
        for (; left > 0; left--)
        {
            http.Response.BodyWriter.Write(WireBytes.ChunkMessage);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        http.Response.AppendTrailer("grpc-status", "0");
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadWholeAsync(PipeReader body, CancellationToken ct)
    {
        while (true)
        {
            var read = await body.ReadAsync(ct);
            if (read.IsCompleted) return read.Buffer;
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
