using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Holds the members of a package against the manifest, the format, and each other.</summary>
internal sealed class PackageCheck(PackageWalk walk, PackageFiles files, FindingList list)
{
    internal void Run()
    {
        CheckManifest();
        CheckNames();
        CheckTexts();
    }

    private void CheckManifest()
    {
        if (files.Manifest is not { } manifest) return;
        if (files.Seal is { } seal && manifest.Record != seal.Record)
            list.Error(FindingCodes.PackageChanged, PackageNames.Manifest, "The manifest is that of another record.", seal.Record.ToString(), manifest.Record.ToString());
        foreach (var listed in manifest.Members) Compare(listed);
        var names = manifest.Members.Select(static member => member.Name).Append(PackageNames.Manifest).ToHashSet(StringComparer.Ordinal);
        foreach (var member in walk.Members.Where(member => !names.Contains(member.Name)))
            list.Error(FindingCodes.PackageUnexpected, PackageWalk.Printable(member.Name), "The member is not in the manifest.");
    }

    private void Compare(ManifestMember listed)
    {
        if (files.Find(listed.Name) is not { } found)
        {
            if (walk.ReachedDirectory) list.Error(FindingCodes.PackageMissing, PackageWalk.Printable(listed.Name), "The manifest lists the member, and it is not there.", Text(listed.Size, listed.Sha256));
        }
        else if (found.IsWhole && (found.Sha256 != listed.Sha256 || found.Size != listed.Size))
        {
            list.Error(FindingCodes.PackageChanged, PackageWalk.Printable(found.Name), "The member is not the one that the manifest lists.", Text(listed.Size, listed.Sha256), Text(found.Size, found.Sha256));
        }
    }

    /// <summary>The members are those that the format has for this seal, and stand in its order.</summary>
    private void CheckNames()
    {
        if (files.Seal is not { } seal || !walk.ReachedDirectory) return;
        var expected = PackageNames.InOrder(seal, files.Find(PackageNames.Anchor) is not null, files.Find(PackageNames.Roots) is not null).ToList();
        var actual = walk.Members.Select(static member => member.Name).ToList();
        foreach (var name in expected.Except(actual)) list.Error(FindingCodes.PackageMissing, name, "The format asks for the member, and it is not there.");
        foreach (var name in actual.Except(expected)) list.Error(FindingCodes.PackageUnexpected, PackageWalk.Printable(name), "The format has no such member.");
        if (!expected.Intersect(actual).SequenceEqual(actual.Intersect(expected)))
            list.Error(FindingCodes.PackageChanged, "members", "The members are not in the order that the format has.");
    }

    /// <summary>README and certificate say what the other members say, and nothing else.</summary>
    private void CheckTexts()
    {
        if (files is not { Seal: { } seal, Proof: { } proof, LogKey: { } key, Statement: { } statement }) return;
        if (files.Anchor is null && files.Find(PackageNames.Anchor) is not null) return;
        if (statement.Verdict.Record != seal.Record)
            list.Error(FindingCodes.PackageChanged, PackageNames.Statement, "The statement is about another record.", seal.Record.ToString(), statement.Verdict.Record.ToString());
        var metadata = PackageDocument.ReadMetadata(files.SmallPart(PackageDocument.MetadataPart));
        var document = new PackageDocument(seal, Digest.Of(files.BytesOf(PackageNames.Seal)), metadata, key, proof, files.Anchor, statement.Verdict, statement.StatedBy);
        CheckText(PackageNames.Readme, ReadmeText.Render(document));
        CheckText(PackageNames.Certificate, CertificatePage.Render(document));
    }

    private void CheckText(string name, byte[] expected)
    {
        if (files.BytesOf(name) is { } actual && !actual.AsSpan().SequenceEqual(expected))
            list.Error(FindingCodes.PackageChanged, name, "The text is not the one that the other members give.", Text(expected.Length, Digest.Of(expected)), Text(actual.Length, Digest.Of(actual)));
    }

    private static string Text(long size, Digest sha256) => string.Create(CultureInfo.InvariantCulture, $"{size} bytes, SHA-256 {sha256}");
}
