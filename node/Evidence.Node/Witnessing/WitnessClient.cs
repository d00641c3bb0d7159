using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Evidence.Core.Notes;
using Evidence.Node.Configuration;

namespace Evidence.Node.Witnessing;

/// <summary>Asks one witness for cosignatures over HTTP (C2SP tlog-witness).</summary>
internal sealed class WitnessClient(HttpClient http, WitnessOptions witness, TimeProvider time)
{
    /// <summary>The longest answer that is read, in bytes: a few signature lines.</summary>
    internal const int MaxAnswer = 64 << 10;

    /// <summary>How long a witness has for its answer.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri _address = new(witness.Prefix.AbsoluteUri.TrimEnd('/') + "/add-checkpoint");

    /// <summary>The witness's key.</summary>
    internal VerifierKey Key => witness.Key;

    /// <summary>Hands in a checkpoint.</summary>
    /// <exception cref="WitnessSilentException">No answer, or none that says anything.</exception>
    /// <exception cref="WitnessRefusedException">The witness does not know the log or its key, or finds the request wrong.</exception>
    /// <exception cref="WitnessContradictsException">What the witness cosigned before is not a beginning of this checkpoint.</exception>
    internal async Task<WitnessAnswer> AddCheckpointAsync(AddCheckpointRequest request, CancellationToken ct)
    {
        var (status, type, text) = await PostAsync(request.Encode(), ct);
        var size = Checkpoint.Parse(request.Checkpoint.Text).Size;
        return status switch
        {
            HttpStatusCode.OK => new WitnessAnswer(Cosignature(request, text), size),
            HttpStatusCode.Conflict when LatestSize(type, text) is { } latest && latest != request.OldSize => new WitnessAnswer(null, latest),
            HttpStatusCode.Conflict when request.OldSize == size => throw new WitnessContradictsException($"it has cosigned another root of {size} leaves"),
            HttpStatusCode.UnprocessableEntity => throw new WitnessContradictsException($"the {size} leaves do not begin with the {request.OldSize} that it has cosigned"),
            HttpStatusCode.NotFound => throw new WitnessRefusedException("it does not know the log: have its operator add the log's key"),
            HttpStatusCode.Forbidden => throw new WitnessRefusedException("it knows the log under another key: have its operator correct the log's key"),
            HttpStatusCode.BadRequest => throw new WitnessRefusedException($"it finds the request wrong: {Shortened(text)}"),
            _ => throw new WitnessSilentException($"it answered with the HTTP status {(int)status}"),
        };
    }

    private async Task<(HttpStatusCode Status, string? Type, string Text)> PostAsync(byte[] body, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await using var stream = await response.Content.ReadAsStreamAsync(either.Token);
            return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await ReadAsync(stream, either.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new WitnessSilentException($"it did not answer within {Patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new WitnessSilentException(e.Message, e);
        }
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken ct)
    {
        var answer = new byte[MaxAnswer + 1];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, ct);
        if (length > MaxAnswer) throw new WitnessSilentException($"its answer is longer than {MaxAnswer} bytes");
        return Encoding.UTF8.GetString(answer, 0, length);
    }

    private NoteSignature Cosignature(AddCheckpointRequest request, string text)
    {
        try
        {
            return request.ReadCosignature(text, witness.Key);
        }
        catch (FormatException e)
        {
            throw new WitnessRefusedException(e.Message);
        }
    }

    private static ulong? LatestSize(string? type, string text) =>
        type == "text/x.tlog.size" && text.EndsWith('\n') && ulong.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

    private static string Shortened(string text) => new([.. text.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);
}
