using System.Security.Cryptography;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Checks evidence packages offline.</summary>
public static class EvidencePackageReader
{
    /// <summary>
    /// Reads the package from front to back and judges it; never throws for bad content, only when the stream itself fails. Content is not held in memory: where a
    /// signature needs another digest than SHA-256, it is read a second time if the stream can seek.
    /// </summary>
    /// <param name="zip">The file, at its start.</param>
    /// <param name="trust">What the verifying person trusts; without it the ledger layer is undetermined.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static PackageReport Verify(Stream zip, TrustPolicy? trust, PackageLimits? limits = null)
    {
        var list = new FindingList(Layer.Package);
        var start = zip.CanSeek ? zip.Position : 0;
        var walk = new PackageWalk(zip, limits ?? new PackageLimits(), list);
        walk.Run();
        var files = new PackageFiles(walk.Members, list);
        new PackageCheck(walk, files, list).Run();
        var verdict = RecordVerifier.Verify(EvidenceOf(zip, start, walk, files, list), trust);
        Compare(files.Statement?.Verdict, verdict, list);
        return new PackageReport(WithContainer(verdict, list), files.Seal, files.Anchor, files.Statement?.Verdict, files.Statement?.StatedBy ?? "");
    }

    private static RecordEvidence EvidenceOf(Stream zip, long start, PackageWalk walk, PackageFiles files, FindingList list) => new()
    {
        Record = files.Seal?.Record ?? files.Manifest?.Record ?? default,
        Seal = files.BytesOf(PackageNames.Seal),
        Parts = [.. walk.Members.Where(static member => member.Name.StartsWith(PackageNames.PartsFolder, StringComparison.Ordinal)).Select(Observe), .. Unreached(walk, files)],
        SmallPart = files.SmallPart,
        ContentDigest = zip.CanSeek ? (name, algorithm) => Hash(zip, start, files.Find(PackageNames.PartsFolder + name)!, algorithm) : null,
        LogKey = files.LogKey,
        Leaf = files.Proof?.Leaf,
        Inclusion = files.Proof?.Hashes,
        CheckpointNote = files.Proof?.CheckpointNote,
        Anchor = files.Anchor,
        Observed = [.. list.Findings, .. SealUnread(walk, files)],
    };

    private static PartObservation Observe(ReadMember member)
    {
        var name = PackageWalk.Printable(member.Name[PackageNames.PartsFolder.Length..]);
        return member.IsWhole ? new PartObservation(name, PartState.Read, member.Size, member.Sha256) : new PartObservation(name, PartState.Unreadable, 0, default);
    }

    /// <summary>Parts behind a place where the walk had to stop: whether they are there is not known.</summary>
    private static IEnumerable<PartObservation> Unreached(PackageWalk walk, PackageFiles files) =>
        walk.ReachedDirectory
            ? []
            : (files.Seal?.Parts ?? []).Where(part => files.Find(PackageNames.PartsFolder + part.Name) is null).Select(static part => new PartObservation(part.Name, PartState.Unreadable, 0, default));

    private static IEnumerable<Finding> SealUnread(PackageWalk walk, PackageFiles files) =>
        walk.ReachedDirectory || files.BytesOf(PackageNames.Seal) is not null
            ? []
            : [new Finding(FindingCodes.SealUnreadable, Severity.Warning, Layer.Seal, PackageNames.Seal, "The seal could not be reached: the package is not readable up to it.")];

    private static byte[] Hash(Stream zip, long start, ReadMember member, HashAlgorithmName algorithm)
    {
        using var hash = IncrementalHash.CreateHash(algorithm);
        var buffer = new byte[MemberDigest.BufferSize];
        zip.Position = start + member.DataOffset;
        for (var left = member.Size; left > 0;)
        {
            var read = zip.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) throw new EndOfStreamException("The package became shorter while it was read.");
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The archive's statement is a claim; where this check comes to the opposite, that is worth saying.</summary>
    private static void Compare(Verdict? statement, Verdict verdict, FindingList list)
    {
        foreach (var (layer, stated) in statement?.Layers ?? new Dictionary<Layer, Outcome>())
        {
            if (stated == Outcome.Intact && verdict.Layers.GetValueOrDefault(layer) == Outcome.Altered)
                list.Info(FindingCodes.StatementDiffers, PackageNames.Statement, $"The archive states that the layer {VerdictText.English(layer)} is intact; this check found otherwise.");
        }
    }

    private static Verdict WithContainer(Verdict verdict, FindingList list)
    {
        var container = LayerResult.From(list, true).OutcomeWith([]);
        return verdict with
        {
            Layers = new Dictionary<Layer, Outcome>(verdict.Layers) { [Layer.Package] = container },
            Findings = [.. verdict.Findings, .. list.Findings.Except(verdict.Findings)],
            RestsOn = container == Outcome.Intact ? [.. verdict.RestsOn, "Package: every byte of the file was read and is the one that its members and the format give."] : verdict.RestsOn,
        };
    }
}
