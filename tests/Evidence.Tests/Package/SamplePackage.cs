using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Package;

/// <summary>The evidence package of a sample record.</summary>
internal static class SamplePackage
{
    internal static PackageContent Content(SampleRecord sample) => new()
    {
        Seal = sample.SealBytes,
        Parts = [.. sample.Parts.Select(part => new PackagePart(part.Name, () => new MemoryStream(sample.Bytes[part.Name])))],
        LogKey = sample.LogSigner.Key.ToString(),
        Leaf = sample.Leaf,
        Inclusion = sample.Tree.Proof,
        CheckpointNote = sample.CosignedNote.Encode(),
        Anchor = sample.Anchor,
        SignatureRootsPem = sample.Trust.SignatureRootsPem[0],
        Statement = RecordVerifier.Verify(sample.Evidence, sample.Trust),
        StatedBy = "node1 <test>",
    };

    internal static byte[] Write(PackageContent content)
    {
        using var zip = new MemoryStream();
        EvidencePackageWriter.Write(zip, content);
        return zip.ToArray();
    }

    internal static byte[] Write(SampleRecord sample) => Write(Content(sample));
}
