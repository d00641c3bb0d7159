using System.Formats.Tar;

namespace Evidence.Network.Demo;

/// <summary>Does harm to a volume behind the node's back, with nothing but a tar reader.</summary>
internal static class VolumeTampering
{
    /// <summary>Flips one bit in the middle of a member's bytes. Returns the offset in the volume.</summary>
    internal static long FlipByte(string logFolder, string record, string part)
    {
        var (volume, member) = Members(logFolder, record).First(m => m.Member.Name.EndsWith("/" + part, StringComparison.Ordinal));
        var offset = member.DataOffset + (member.Length / 2);
        using var file = new FileStream(volume, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 0x01));
        return offset;
    }

    /// <summary>Overwrites all that a record has in the volume with zeros, headers included. Returns the number of bytes.</summary>
    internal static long Erase(string logFolder, string record)
    {
        var members = Members(logFolder, record).ToList();
        var start = members.Min(m => m.Member.DataOffset) - 512;
        var end = members.Max(m => m.Member.DataOffset + ((m.Member.Length + 511) / 512 * 512));
        using var file = new FileStream(members[0].Volume, FileMode.Open, FileAccess.ReadWrite);
        file.Position = start;
        file.Write(new byte[end - start]);
        return end - start;
    }

    private static IEnumerable<(string Volume, TarEntry Member)> Members(string logFolder, string record)
    {
        foreach (var volume in Directory.GetFiles(Path.Combine(logFolder, "volumes"), "*.tar").Order(StringComparer.Ordinal))
        {
            using var reader = new TarReader(File.OpenRead(volume));
            while (reader.GetNextEntry() is { } member)
                if (member.Name.Contains($"/{record}/", StringComparison.Ordinal)) yield return (volume, member);
        }
    }
}
