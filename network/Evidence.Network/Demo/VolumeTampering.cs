using System.Formats.Tar;

namespace Evidence.Network.Demo;

/// <summary>Does harm to a volume behind the node's back, with nothing but a tar reader.</summary>
internal static class VolumeTampering
{
    /// <summary>Flips one bit in the middle of a member's bytes. Returns the offset in the volume.</summary>
    internal static long FlipByte(string logFolder, string record, string part)
    {
        var member = Members(logFolder, record).First(m => m.Name.EndsWith("/" + part, StringComparison.Ordinal));
        var offset = member.Offset + (member.Length / 2);
        using var file = new FileStream(member.Volume, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 0x01));
        return offset;
    }

    /// <summary>Overwrites all that a record has in the volume with zeros, headers included. Returns where and how many bytes.</summary>
    internal static (long Start, long Length) Erase(string logFolder, string record)
    {
        var members = Members(logFolder, record).ToList();
        var start = members.Min(m => m.Offset) - 512;
        var end = members.Max(m => m.Offset + ((m.Length + 511) / 512 * 512));
        using var file = new FileStream(members[0].Volume, FileMode.Open, FileAccess.ReadWrite);
        file.Position = start;
        file.Write(new byte[end - start]);
        return (start, end - start);
    }

    private static IEnumerable<Member> Members(string logFolder, string record)
    {
        foreach (var volume in Directory.GetFiles(Path.Combine(logFolder, "volumes"), "*.tar").Order(StringComparer.Ordinal))
        {
            using var reader = new TarReader(File.OpenRead(volume));
            while (reader.GetNextEntry() is { } member)
                if (member.Name.Contains($"/{record}/", StringComparison.Ordinal)) yield return new Member(volume, member.Name, member.DataOffset, member.Length);
        }
    }

    private sealed record Member(string Volume, string Name, long Offset, long Length);
}
