using Evidence.Core.Packages;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Package;

/// <summary>The evidence package of a sample record.</summary>
internal static class SamplePackage
{
    internal static PackageHeading Heading(SampleRecord sample) => new()
    {
        LogKey = sample.LogSigner.Key.ToString(),
        CheckpointNote = sample.CosignedNote.Encode(),
        Anchor = sample.Anchor,
        SignatureRootsPem = sample.Trust.SignatureRootsPem[0],
    };

    internal static PackageRecord Record(SampleRecord sample) => new()
    {
        Seal = sample.SealBytes,
        Leaf = sample.Leaf,
        Inclusion = sample.Tree.Proof,
        OpenPart = name => new MemoryStream(sample.Bytes[name]),
    };

    internal static byte[] Write(PackageHeading heading, params PackageRecord[] records)
    {
        using var zip = new MemoryStream();
        using var package = new EvidencePackageWriter(zip, heading);
        foreach (var record in records) package.Add(record);
        package.Complete();
        return zip.ToArray();
    }

    internal static byte[] Write(SampleRecord sample) => Write(Heading(sample), Record(sample));
}
