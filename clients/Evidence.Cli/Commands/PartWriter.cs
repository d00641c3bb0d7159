using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>Fetches a part of a record and compares it with the digest in the record while it is written.</summary>
internal static class PartWriter
{
    internal static async Task<Answer> WriteAsync(Session session, Record record, string name, string file, bool overwrite, CancellationToken ct)
    {
        var part = record.Parts.FirstOrDefault(p => p.Name == name)
            ?? throw CliException.Usage($"record {record.Record_} has no part {name}; it has {string.Join(", ", record.Parts.Select(p => p.Name))}");
        if (file == "-")
        {
            await using var output = Console.OpenStandardOutput();
            await FetchAsync(session, record, part, output, ct);
            return new Answer(ExitCode.Intact, new JsonObject(), _ => { });
        }
        await FileWriting.WriteAsync(file, overwrite, stream => FetchAsync(session, record, part, stream, ct));
        var json = new JsonObject { ["record"] = record.Record_, ["part"] = name, ["file"] = file, ["size"] = part.Size, ["sha256"] = JsonText.Hex(part.Sha256) };
        return new Answer(ExitCode.Intact, json, console => console.WriteLine($"{file}: {part.Size} bytes, SHA-256 {JsonText.Hex(part.Sha256)} as sealed"));
    }

    private static async Task FetchAsync(Session session, Record record, Part part, Stream destination, CancellationToken ct)
    {
        using var sha = SHA256.Create();
        await using (var hashing = new CryptoStream(destination, sha, CryptoStreamMode.Write, leaveOpen: true))
            await session.Client.ReadContentAsync(record.Record_, part.Name, hashing, ct);
        var actual = new Digest(sha.Hash);
        var sealedAs = Seal.Parse(record.Seal.Span).Parts.Single(p => p.Name == part.Name).Sha256;
        if (actual != sealedAs)
            throw new CliException(ExitCode.Altered, $"part {part.Name} of record {record.Record_} is not what was sealed: SHA-256 {actual}, sealed {sealedAs}");
    }
}
