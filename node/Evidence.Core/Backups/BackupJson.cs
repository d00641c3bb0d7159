using System.Globalization;
using System.Text.Json.Nodes;
using Evidence.Core.Json;

namespace Evidence.Core.Backups;

/// <summary>backup.json, format "evidence.backup/1", RFC 8785 JSON.</summary>
public static class BackupJson
{
    private const string Format = "evidence.backup/1";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>The file's bytes.</summary>
    public static byte[] Encode(BackupRun run)
    {
        var json = new JsonObject
        {
            ["format"] = Format,
            ["medium"] = run.Medium.ToString("D"),
            ["label"] = run.Label,
            ["number"] = run.Number,
            ["taken"] = run.Taken.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            ["logs"] = new JsonArray([.. run.Logs.Select(ToJson)]),
        };
        if (run.Previous is { } previous) json["previous"] = previous.ToString();
        return CanonicalJson.Serialize(json);
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">It is not what <see cref="Encode"/> writes.</exception>
    public static BackupRun Parse(ReadOnlySpan<byte> bytes)
    {
        var json = new ObjectReader(CanonicalJson.Parse(bytes), "");
        json.Format(Format);
        if (!Guid.TryParseExact(json.String("medium"), "D", out var medium)) throw json.Wrong("medium", "a UUID");
        if (!DateTimeOffset.TryParseExact(json.String("taken"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var taken)) throw json.Wrong("taken", "a time in UTC");
        var run = new BackupRun(medium, json.String("label"), json.Int32("number"), json.Has("previous") ? json.Digest("previous") : null, taken, json.Items("logs", ReadLog));
        json.End();
        return bytes.SequenceEqual(Encode(run)) ? run : throw new FormatException("It is not in canonical form (RFC 8785).");
    }

    private static JsonNode ToJson(BackedUpLog log) => new JsonObject
    {
        ["folder"] = log.Folder,
        ["origin"] = log.Origin,
        ["id"] = log.LogId.ToString(),
        ["size"] = log.Size,
        ["root"] = log.Root.ToString(),
        ["volumes"] = new JsonArray([.. log.Volumes.Select(ToJson)]),
        ["proofs"] = new JsonArray([.. log.Proofs.Select(ToJson)]),
    };

    internal static JsonNode ToJson(VolumePiece piece) => new JsonObject
    {
        ["volume"] = piece.Volume,
        ["from"] = piece.From,
        ["to"] = piece.To,
        ["leaves"] = piece.Leaves,
        ["closed"] = piece.Closed,
        ["damaged"] = piece.Damaged,
    };

    private static JsonNode ToJson(ProofPiece piece) => new JsonObject
    {
        ["name"] = piece.Name,
        ["from"] = piece.From,
        ["to"] = piece.To,
        ["lastLine"] = piece.LastLine,
        ["head"] = piece.Head.ToString(),
    };

    private static BackedUpLog ReadLog(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var folder = json.String("folder");
        if (!IsLogFolder(folder)) throw json.Wrong("folder", "the name of a log's folder");
        var log = new BackedUpLog(folder, json.String("origin"), json.Digest("id"), json.UInt64("size"), json.Digest("root"), json.Items("volumes", ReadVolume), json.Items("proofs", ReadProof));
        json.End();
        return log;
    }

    /// <summary>Whether a text is the name that the folder of a log can have.</summary>
    internal static bool IsLogFolder(string name) => name.Length is > 0 and <= 255 && name[0] != '.' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    internal static VolumePiece ReadVolume(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        if (json.UInt64("volume") is not (> 0 and <= uint.MaxValue and var volume)) throw json.Wrong("volume", "the number of a volume");
        var (from, to) = Range(json);
        var piece = new VolumePiece((uint)volume, from, to, (long)json.UInt64("leaves"), json.Boolean("closed"), json.Boolean("damaged"));
        json.End();
        return piece;
    }

    private static ProofPiece ReadProof(JsonNode? node, string path)
    {
        var json = new ObjectReader(node, path);
        var name = json.String("name");
        if (name is not (BackupNames.Anchors or BackupNames.Cosignatures)) throw json.Wrong("name", "the name of a proof file");
        var (from, to) = Range(json);
        var piece = new ProofPiece(name, from, to, (long)json.UInt64("lastLine"), json.Digest("head"));
        json.End();
        return piece.LastLine < to ? piece : throw json.Wrong("lastLine", "before the end of the piece");
    }

    private static (long From, long To) Range(ObjectReader json)
    {
        var (from, to) = ((long)json.UInt64("from"), (long)json.UInt64("to"));
        return from < to ? (from, to) : throw json.Wrong("to", "greater than \"from\"");
    }
}
