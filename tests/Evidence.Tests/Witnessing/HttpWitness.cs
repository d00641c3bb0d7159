using System.Net;
using System.Security.Cryptography;
using System.Text;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Evidence.Tests.Witnessing;

/// <summary>A witness by the letter of C2SP tlog-witness: it reads requests by itself, keeps the newest checkpoint of one log, and can be made to misbehave.</summary>
internal sealed class HttpWitness : IAsyncDisposable
{
    private readonly Cosigner _cosigner = new("witness.example/w1", RandomNumberGenerator.GetBytes(32));
    private readonly Lock _gate = new();
    private readonly List<string> _requests = [];
    private WebApplication? _app;

    internal VerifierKey Key => _cosigner.Key;

    /// <summary>The log that it knows; null: none.</summary>
    internal VerifierKey? Log { get; set; }

    /// <summary>The newest checkpoint that it cosigned; null: none.</summary>
    internal Checkpoint? Latest { get; set; }

    /// <summary>Answers in place of the witness; null from it lets the witness answer.</summary>
    internal Func<(int Status, string Body)?>? Instead { get; set; }

    internal Uri Address => new(_app!.Urls.Single());

    internal IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate) return [.. _requests];
        }
    }

    internal async Task<HttpWitness> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http1));
        _app = builder.Build();
        _app.MapPost("/log/add-checkpoint", AnswerAsync);
        await _app.StartAsync();
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var (status, text) = Judge(body);
        context.Response.StatusCode = status;
        if (status == 409) context.Response.ContentType = "text/x.tlog.size";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private (int Status, string Body) Judge(string body)
    {
        lock (_gate)
        {
            _requests.Add(body);
            if (Instead?.Invoke() is { } instead) return instead;
            var blank = body.IndexOf("\n\n", StringComparison.Ordinal);
            var lines = body[..blank].Split('\n');
            if (!lines[0].StartsWith("old ", StringComparison.Ordinal)) return (400, "");
            var old = ulong.Parse(lines[0][4..], System.Globalization.CultureInfo.InvariantCulture);
            Digest[] proof = [.. lines[1..].Select(line => new Digest(Convert.FromBase64String(line)))];
            return Judge(old, proof, SignedNote.Parse(body[(blank + 2)..]));
        }
    }

    private (int Status, string Body) Judge(ulong old, Digest[] proof, SignedNote note)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        if (Log is null || checkpoint.Origin != Log.Name) return (404, "");
        if (!note.IsSignedBy(Log)) return (403, "");
        if (old > checkpoint.Size) return (400, "");
        if (old != (Latest?.Size ?? 0)) return (409, $"{Latest?.Size ?? 0}\n");
        if (Latest is { } latest && latest.Size == checkpoint.Size && latest.Root != checkpoint.Root) return (409, $"{latest.Size}\n");
        if (old == 0 && proof.Length > 0) return (422, "");
        if (Latest is { } before && !ConsistencyProof.Verify(before.Size, before.Root, checkpoint.Size, checkpoint.Root, proof)) return (422, "");
        Latest = checkpoint;
        return (200, LineOf(_cosigner.Cosign(note.Text, DateTimeOffset.FromUnixTimeSeconds(1_800_000_000))));
    }

    /// <summary>A signature line as it stands in a note.</summary>
    internal static string LineOf(NoteSignature signature) => new SignedNote("x\n", [signature]).Encode()["x\n\n".Length..];
}
