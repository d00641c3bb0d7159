using System.Text;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Core.Seals;

namespace Evidence.Core.Packages;

/// <summary>Writes evidence packages. The same content gives the same bytes.</summary>
public static class EvidencePackageWriter
{
    /// <summary>Writes the package; streams the parts, never seeks, leaves <paramref name="zip"/> open.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or its bytes are not those that the seal names: nothing is given out as evidence that is not.</exception>
    /// <exception cref="FormatException">The seal is not a seal, or the checkpoint note is not one.</exception>
    public static void Write(Stream zip, PackageContent content)
    {
        var members = Members(content, Seal.Parse(content.Seal));
        var entries = new List<ZipEntry>();
        long offset = 0;
        foreach (var member in members)
        {
            var entry = new ZipEntry(member.Name, member.Size, member.Crc, offset);
            var header = entry.LocalHeader();
            zip.Write(header);
            member.CopyTo(zip);
            entries.Add(entry);
            offset += header.Length + member.Size;
        }

        zip.Write(ZipDirectory.Encode(entries, offset));
    }

    private static List<PackageMember> Members(PackageContent content, Seal seal)
    {
        var parts = seal.Parts.ToDictionary(static part => PackageNames.PartsFolder + part.Name, part => PackageMember.OfPart(part, content.Parts));
        var document = DocumentOf(content, seal);
        PackageMember Member(string name) => name switch
        {
            PackageNames.Readme => PackageMember.Of(name, ReadmeText.Render(document)),
            PackageNames.Seal => PackageMember.Of(name, content.Seal),
            PackageNames.Proof => PackageMember.Of(name, Encoding.UTF8.GetBytes(document.Proof.Encode())),
            PackageNames.LogKey => PackageMember.Of(name, Encoding.UTF8.GetBytes(content.LogKey + "\n")),
            PackageNames.Anchor => PackageMember.Of(name, CanonicalJson.Serialize(AnchorProofJson.ToJson(content.Anchor!))),
            PackageNames.Roots => PackageMember.Of(name, Encoding.UTF8.GetBytes(content.SignatureRootsPem)),
            PackageNames.Statement => PackageMember.Of(name, new PackageStatement(content.Statement, content.StatedBy).Encode()),
            PackageNames.Certificate => PackageMember.Of(name, CertificatePage.Render(document)),
            _ => parts[name],
        };

        var names = PackageNames.InOrder(seal, content.Anchor is not null, content.SignatureRootsPem.Length > 0);
        var members = names.Where(static name => name != PackageNames.Manifest).Select(Member).ToList();
        var manifest = new PackageManifest(seal.Record, [.. members.Select(static member => new ManifestMember(member.Name, member.Size, member.Sha256))]);
        members.Insert(1, PackageMember.Of(PackageNames.Manifest, manifest.Encode()));
        return members;
    }

    private static PackageDocument DocumentOf(PackageContent content, Seal seal) => new(
        seal,
        Digest.Of(content.Seal),
        PackageDocument.ReadMetadata(SmallPart(content, PackageDocument.MetadataPart)),
        content.LogKey,
        new TlogProof(content.Leaf, content.Inclusion, content.CheckpointNote),
        content.Anchor,
        content.Statement,
        content.StatedBy);

    private static ReadOnlyMemory<byte>? SmallPart(PackageContent content, string name)
    {
        if (content.Parts.FirstOrDefault(part => part.Name == name) is not { } part) return null;
        using var stream = part.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
