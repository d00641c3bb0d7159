using System.Text;

namespace Evidence.Bench.Nodes;

/// <summary>Damages records in the volumes of a log behind its node's back, as a failing disk or an intruder would: one byte each.</summary>
internal static class DamagedRecords
{
    private const int Block = 512, NameLength = 100, SizeAt = 124, SizeLength = 11;

    /// <summary>Flips a byte in every record of a number, in turn in its content, in a header and in its seal.</summary>
    /// <param name="volumes">The files of the volumes, in order.</param>
    /// <param name="every">Of how many records one is damaged.</param>
    /// <returns>How many were damaged.</returns>
    internal static int FlipInEvery(IReadOnlyList<string> volumes, int every)
    {
        var (seen, damaged) = (0, 0);
        foreach (var path in volumes)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            foreach (var seal in Seals(file).ToList())
            {
                if (seen++ % every != 0) continue;
                Flip(file, (damaged++ % 3) switch
                {
                    0 => seal.Content,
                    1 => seal.Header + NameLength, // the file mode: the header no longer is as its seal has it
                    _ => seal.Header + Block + 10,
                });
            }
        }

        return damaged;
    }

    // The seal is a record's last member.
    private static IEnumerable<(long Content, long Header)> Seals(FileStream file)
    {
        var header = new byte[Block];
        var content = 0L;
        for (var at = 0L; at < file.Length;)
        {
            file.Position = at;
            if (file.ReadAtLeast(header, Block, throwOnEndOfStream: false) < Block || header[0] == 0) yield break;
            var name = Encoding.ASCII.GetString(header, 0, NameLength).TrimEnd('\0');
            if (!name.Contains("/data/", StringComparison.Ordinal)) yield break;
            var size = Convert.ToInt64(Encoding.ASCII.GetString(header, SizeAt, SizeLength), 8);
            var last = name[(name.LastIndexOf('/') + 1)..];
            if (last.StartsWith("c0001", StringComparison.Ordinal)) content = at + Block + (size / 2);
            if (last.StartsWith("seal-", StringComparison.Ordinal)) yield return (content, at);
            at += Block + ((size + Block - 1) / Block * Block);
        }
    }

    private static void Flip(FileStream file, long at)
    {
        file.Position = at;
        var was = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(was ^ 0x01));
        file.Flush();
    }
}
