using System.Text;
using Evidence.Core;

namespace Evidence.Tests.Monitor;

/// <summary>What someone does to an anchors.log who knows the format: entries that prove and say what nothing proves, behind hashes that fit.</summary>
internal static class AnchorForgery
{
    private const int Prefix = 2 * Digest.Size + 1;

    /// <summary>Makes another hash of an entry's transaction hash, and leaves the line's own hash: nothing in an anchor proof tells that it is wrong.</summary>
    internal static void ChangeUnproven(string file, int line = 0) => Edit(file, lines => lines[line] = Forge(lines[line]));

    /// <summary>Forges an entry and all hashes from there on.</summary>
    internal static void RewriteChain(string file) => Edit(file, lines =>
    {
        lines[0] = Forge(lines[0]);
        for (var i = 0; i < lines.Count; i++) lines[i] = Follow(i == 0 ? null : lines[i - 1], lines[i]);
    });

    /// <summary>Forges an entry and its own line's hash only, so that it is the next line that does not fit.</summary>
    internal static void ForgeLine(string file, int line) => Edit(file, lines => lines[line] = Follow(line == 0 ? null : lines[line - 1], Forge(lines[line])));

    /// <summary>Appends a forged copy of an entry that follows from the last line.</summary>
    internal static void AppendForged(string file, int line) => Edit(file, lines => lines.Add(Follow(lines[^1], Forge(lines[line]))));

    private static string Forge(string line)
    {
        const string Member = "\"transactionHash\":\"0x";
        var at = line.IndexOf(Member, StringComparison.Ordinal) + Member.Length;
        while (!char.IsAsciiHexDigitLower((char)(line[at] ^ 1))) at++;
        return $"{line[..at]}{(char)(line[at] ^ 1)}{line[(at + 1)..]}";
    }

    private static string Follow(string? before, string line)
    {
        var chain = before is null ? new byte[Digest.Size] : Convert.FromHexString(before[..(Prefix - 1)]);
        return $"{Digest.Of([.. chain, .. Encoding.UTF8.GetBytes(line[Prefix..])])} {line[Prefix..]}";
    }

    // In place, as an intruder would: the node keeps its handle.
    private static void Edit(string file, Action<List<string>> edit)
    {
        List<string> lines = [.. File.ReadAllText(file).TrimEnd('\n').Split('\n')];
        edit(lines);
        using var opened = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        opened.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
    }
}
