using System.IO.Compression;
using Evidence.Cli.Verification;

namespace Evidence.Tests.Cli;

public sealed class PackageDetectionTests
{
    [Fact]
    public void Knows_a_package_whichever_single_byte_of_it_was_changed()
    {
        var package = Zip("README.txt", "manifest.json", "seal.json", "parts/c0001");
        for (var i = 0; i < package.Length; i++)
        {
            package[i] ^= 0x40;
            Assert.True(PackageDetection.IsPackage(new MemoryStream(package)), $"not known with byte {i} changed");
            package[i] ^= 0x40;
        }
    }

    [Fact]
    public void Takes_no_other_zip_or_text_for_a_package()
    {
        Assert.False(PackageDetection.IsPackage(new MemoryStream(Zip("README.txt", "manifest.json"))));
        Assert.False(PackageDetection.IsPackage(new MemoryStream("a text about manifest.json and seal.json"u8.ToArray())));
        Assert.False(PackageDetection.IsPackage(new MemoryStream()));
    }

    private static byte[] Zip(params string[] names)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var name in names)
                using (var member = zip.CreateEntry(name).Open()) member.Write(new byte[100]);
        return bytes.ToArray();
    }
}
