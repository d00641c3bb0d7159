using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Packages;
using Evidence.Tests.Package.Making;

namespace Evidence.Tests.Package;

/// <summary>What node/docs/evidence-package.md shows of packages is what stands in the vectors that it names.</summary>
public sealed class SpecificationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Vectors.CheckoutRoot(), "node", "docs", "evidence-package.md"));
    private static readonly byte[] Package = Read("signed_cms");

    [Fact]
    public void Lists_the_members_of_its_example()
    {
        var lines = new StringBuilder();
        using var walk = new PackageWalk(new MemoryStream(Package), new PackageLimits(), new PackageFindings(100), member =>
        {
            lines.Append(CultureInfo.InvariantCulture, $"    {member.Size,7}   Stored  {member.Size,7}  1980-01-01  {member.Entry.Crc:x8}  {member.Entry.Name}\n");
            return true;
        });
        walk.Run();
        Assert.Contains($"CRC-32    Name\n{lines}\n", Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log/keys.json")]
    [InlineData("inclusion.tlog-proof")]
    [InlineData("statement.json")]
    [InlineData("manifest.json")]
    public void Shows_the_members_of_its_example(string name)
    {
        var member = Encoding.UTF8.GetString(PackageForge.Members(Package).Find(member => member.Name.EndsWith(name, StringComparison.Ordinal)).Bytes);
        Assert.Contains(name.EndsWith(".json", StringComparison.Ordinal) ? member : Indented(member), name.EndsWith(".json", StringComparison.Ordinal) ? Text.Replace("\n    ", "", StringComparison.Ordinal) : Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_the_certificates_text_of_its_example()
    {
        var statement = JsonNode.Parse(PackageForge.Members(Package).Find(static member => member.Name == "statement.json").Bytes)!;
        Assert.Contains($"\n    {statement["certificate"]}\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_a_rotation_of_the_vector_that_it_names()
    {
        var keys = JsonNode.Parse(PackageForge.Members(Read("rotated_twice_trusting_the_first_key")).Find(static member => member.Name == "log/keys.json").Bytes)!;
        Assert.Contains(Indented((string)keys["rotations"]![0]!), Text, StringComparison.Ordinal);
    }

    private static byte[] Read(string vector) => File.ReadAllBytes(Path.Combine(PackageVectors.Folder, "good", vector, "package.zip"));

    private static string Indented(string text) => string.Concat(text.TrimEnd('\n').Split('\n').Select(static line => line.Length == 0 ? "\n" : $"    {line}\n"));
}
