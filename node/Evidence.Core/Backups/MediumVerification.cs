using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;

namespace Evidence.Core.Backups;

/// <summary>Judges a backup medium offline, by what is on it and a trust.json: every file against its digest, every record by the one engine, and that none is missing.</summary>
public static class MediumVerification
{
    /// <summary>Reads and judges a medium.</summary>
    /// <param name="folder">The medium.</param>
    /// <param name="trust">What the verifying person trusts; null: the ledger layer is undetermined.</param>
    /// <param name="only">The one record that is asked about; null for all.</param>
    /// <param name="limits">How much is kept of what is found.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static PackageReport Run(string folder, TrustPolicy? trust, RecordId? only, PackageLimits limits, CancellationToken ct) =>
        Run(BackupMedium.Open(folder), trust, only, limits, ct);

    /// <summary>Judges a medium whose catalogues were read.</summary>
    /// <inheritdoc cref="Run(string, TrustPolicy?, RecordId?, PackageLimits, CancellationToken)"/>
    public static PackageReport Run(BackupMedium medium, TrustPolicy? trust, RecordId? only, PackageLimits limits, CancellationToken ct)
    {
        var list = new PackageFindings(limits.MaxFindings);
        var tally = new PackageTally(limits, list);
        foreach (var finding in medium.Findings) list.Add(finding with { Layer = Layer.Package });
        if (medium.Backups.Count == 0) list.Warning(FindingCodes.PackageMissing, medium.Folder, "There is no whole backup that can be read.");
        var changed = CheckFiles(medium, list, ct);
        List<string> ground = [];
        foreach (var log in medium.Logs.Values.Where(static log => log.Last is not null))
        {
            using var tiles = new TileArchive();
            if (Gather(log, tiles, changed, trust, list) is not { } bytes) continue;
            var judgement = new LogJudgement(bytes, trust, list);
            judgement.Run(tally.Add, static _ => { }, only, ct);
            var taken = log.LastBackup.IsMadeOut ? "whose catalogue was changed" : string.Create(CultureInfo.InvariantCulture, $"of {log.LastBackup.Run.Taken.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC (by the clock that made it)");
            ground.Add(string.Create(CultureInfo.InvariantCulture, $"Medium: backup {log.LastBackup.Run.Number:D4} {taken} states {log.Last.Size} leaves of {log.Last.Origin}; {judgement.Ground}"));
        }

        if (list.WorstOfContainer == Severity.Info) ground.Add("Medium: every file was read and has the digest that its backup states; each backup names the one before it; no leaf is missing and none is there twice.");
        return Report(list, tally, ground, trust);
    }

    internal static PackageReport Report(PackageFindings list, PackageTally tally, IEnumerable<string> ground, TrustPolicy? trust)
    {
        var container = list.WorstOfContainer switch { Severity.Error => Outcome.Altered, Severity.Warning => Outcome.Undetermined, _ => Outcome.Intact };
        return new PackageReport
        {
            Whole = tally.Whole(container),
            Layers = tally.Layers(container),
            Records = tally.Records,
            Verdicts = tally.Verdicts,
            Findings = list.Kept,
            FindingsLeftOut = list.LeftOut,
            Codes = [.. list.Codes],
            RestsOn = [.. tally.Verdicts.Take(1).SelectMany(static verdict => verdict.RestsOn), .. ground],
            ProvenNoLaterThan = container == Outcome.Intact ? tally.ProvenNoLaterThan : null,
            TrustSha256 = trust?.Sha256,
            Anchor = null,
            CertificateText = null,
        };
    }

    /// <summary>Every file of every backup against its digest. The result are the paths of those that are not what they were.</summary>
    internal static HashSet<string> CheckFiles(BackupMedium medium, PackageFindings list, CancellationToken ct)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var backup in medium.Backups)
        {
            var name = BackupNames.Folder(backup.Run.Number);
            foreach (var (file, expected) in backup.Files)
                if (!Check($"{name}/{file}", backup.PathOf(file), expected, list, ct)) changed.Add(backup.PathOf(file));
            foreach (var finding in BackupListing.Compare(backup, Layer.Package)) list.Add(finding);
        }

        return changed;
    }

    private static bool Check(string name, string path, Digest expected, PackageFindings list, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.SequentialScan);
            if (new Digest(SHA256.HashData(file)) is var actual && actual == expected) return true;
            else list.Error(FindingCodes.PackageChanged, name, "The file does not have the digest that its backup states.", expected.ToString(), actual.ToString());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            list.Error(FindingCodes.PackageMissing, name, "The file is missing on the medium.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            list.Warning(FindingCodes.PackageUnreadable, name, $"The file cannot be read: {e.Message}");
        }

        return false;
    }

    private static LogBytes? Gather(MediumLog log, TileArchive tiles, HashSet<string> changed, TrustPolicy? trust, PackageFindings list)
    {
        var keys = MediumKeys.Find(log, trust, (file, e) => list.Error(FindingCodes.PackageUnreadable, Path.GetFileName(file), $"The keys of {log.Last.Origin} cannot be used, and others are looked for: {e.Message}"));
        if (keys is null)
        {
            list.Error(FindingCodes.PackageUnreadable, log.Last.Origin, "The log cannot be judged without its keys. With a trust.json that names its key it can.");
            return null;
        }

        return new LogBytes(
            keys,
            new Checkpoint(log.Last.Origin, log.Last.Size, log.Last.Root),
            TryReadText(log.CheckpointFile),
            log.VolumeBytes,
            TryAdd(log, tiles, changed, list) ? tiles.Read : null,
            Existing(log.ProofFiles(BackupNames.Anchors)),
            Existing(log.ProofFiles(BackupNames.Cosignatures)));
    }

    // Without it the leaves behind the last anchor are undetermined; that it is missing or not what it was is said twice then.
    private static string TryReadText(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Of tiles that were changed no record is held to have been: its log layer is undetermined, and the medium altered.
    private static bool TryAdd(MediumLog log, TileArchive tiles, HashSet<string> changed, PackageFindings list)
    {
        try
        {
            foreach (var file in log.Tiles) tiles.Add(file);
            return !log.Tiles.Any(changed.Contains);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            list.Error(FindingCodes.TileUnreadable, log.Last.Origin, $"The tiles cannot be read: {e.Message}");
            return false;
        }
    }

    private static IReadOnlyList<string> Existing(IEnumerable<string> files) => [.. files.Where(File.Exists)]; // what is missing was said
}
