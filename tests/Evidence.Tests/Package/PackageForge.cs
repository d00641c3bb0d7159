using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Packages.Zip;

namespace Evidence.Tests.Package;

/// <summary>Makes packages of any members: what a forger who knows the format would do.</summary>
internal static class PackageForge
{
    internal const string Manifest = "manifest.json";

    /// <summary>The members of a package in their order.</summary>
    internal static List<(string Name, byte[] Bytes)> Members(byte[] package)
    {
        var members = new List<(string, byte[])>();
        using var walk = new PackageWalk(new MemoryStream(package), new PackageLimits(), new PackageFindings(100), member =>
        {
            members.Add((member.Entry.Name, package[(int)member.DataOffset..(int)(member.DataOffset + member.Size)]));
            return true;
        });
        walk.Run();
        return members;
    }

    /// <summary>A zip in the form of packages that holds these members, and behind them the manifest that they give.</summary>
    internal static byte[] Fitted(IEnumerable<(string Name, byte[] Bytes)> members)
    {
        var all = members.Where(static member => member.Name != Manifest).ToList();
        IEnumerable<byte> lines = all.SelectMany((member, i) => ManifestLines.Item(member.Name, member.Bytes.Length, Digest.Of(member.Bytes), first: i == 0));
        return Raw([.. all, (Manifest, [.. ManifestLines.Begin, .. lines, .. ManifestLines.End])]);
    }

    /// <summary>A zip in the form of packages that holds these members.</summary>
    internal static byte[] Raw(IEnumerable<(string Name, byte[] Bytes)> members)
    {
        using var zip = new MemoryStream();
        var directory = new List<byte>();
        var count = 0;
        foreach (var (name, bytes) in members)
        {
            var crc = new Crc32();
            crc.Append(bytes);
            var entry = new ZipEntry(name, bytes.Length, crc.Value, zip.Position);
            zip.Write(entry.LocalHeader());
            zip.Write(bytes);
            directory.AddRange(entry.CentralHeader());
            count++;
        }

        var start = zip.Position;
        zip.Write([.. directory, .. ZipDirectory.End(count, directory.Count, start)]);
        return zip.ToArray();
    }
}
