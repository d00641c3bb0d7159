using System.Globalization;
using System.Text;
using Evidence.Core.Backups;
using Evidence.Core.Chain;
using Evidence.Core.Packages;
using Evidence.Core.Verification;

namespace Evidence.Storage.Backups;

/// <summary>Backs one log up: what its checkpoint stands for and the medium has not.</summary>
internal sealed class LogBackup(SourceLog log, MediumLog? known, BackupWriter writer, IProgress<BackupProgress> progress)
{
    private readonly MediumLog _medium = known ?? new MediumLog();
    private readonly List<VolumePiece> _volumes = [];
    private readonly List<ProofPiece> _proofs = [];
    private readonly List<Finding> _findings = [];
    private int _written;
    private ulong _anchored;

    /// <summary>Whether it found anything to write, beside the tiles, keys and checkpoint.</summary>
    internal bool IsNew => known is null || _volumes.Count > 0 || _proofs.Count > 0 || known.Last.Size != log.Size || Differs(known.KeysFile, KeyBytes) || Differs(known.CheckpointFile, CheckpointBytes);

    /// <summary>What the catalogue says of the log.</summary>
    internal BackedUpLog Catalogued => new(log.Name, log.Keys.Origin, log.Keys.LogId, log.Size, log.Published.Checkpoint.Root, _volumes, _proofs);

    /// <summary>What it came to.</summary>
    internal LogBackedUp Report => new(log.Keys.Origin, log.Size, log.Published.Checkpoint.Root, _medium.Volumes.Count, _written, _anchored, _findings);

    private byte[] KeyBytes => LogKeysJson.Encode(log.Keys);

    private byte[] CheckpointBytes => Encoding.UTF8.GetBytes(log.Published.Note.Encode());

    /// <exception cref="StorageException">The log is not the one that is on the medium, or its tiles cannot be used: nothing was copied of it.</exception>
    internal async Task RunAsync(CancellationToken ct)
    {
        if (known is not null) CheckGoesOn(known.Last);
        Write(BackupNames.Tiles, output => new TileCopy(log, known?.Last.Size ?? 0, output, ct).Run());
        Resume();
        await CopyVolumesAsync(ct);
        if (CopyProof(BackupNames.Anchors, log.Files.Anchors, log.AnchorsLength, ct) is { } newest) Take(newest);
        CopyProof(BackupNames.Cosignatures, log.Files.Cosignatures, log.CosignaturesLength, ct);
        Write(BackupNames.Keys, output => output.Write(KeyBytes));
        Write(BackupNames.Checkpoint, output => output.Write(CheckpointBytes));
        if (_medium.Leaves is var leaves && leaves != (long)log.Size)
            _findings.Add(new Finding(FindingCodes.SealMissing, Severity.Error, Layer.Storage, log.Keys.Origin, "The volumes do not give every leaf of the checkpoint: records are missing or damaged. The next backup copies what was repaired by then.", Text((long)log.Size), Text(leaves)));
    }

    // A key that was handed on changes no record, and whoever checks the next ones needs to know of it.
    private static bool Differs(string path, byte[] bytes) => !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes);

    private void CheckGoesOn(BackedUpLog last)
    {
        if (last.Size > log.Size) throw new StorageException($"The medium has {last.Size} leaves of {log.Keys.Origin}, and the log {log.Size}: it is behind. Nothing was copied; bring the log up to date first, or use another medium.");
        if (log.RootAt(last.Size) is var root && root != last.Root) throw new StorageException($"The medium holds another history of {log.Keys.Origin}: at {last.Size} leaves its root is {last.Root}, and that of the log {root}. Nothing was copied. Find out which one is anchored before this medium is put away.");
    }

    // As if they were of a backup before: where a volume has grown since, or was repaired, it is gone on with from there.
    private void Resume()
    {
        foreach (var line in writer.Resumed.Where(line => line.Log == log.Name)) Add(line.Piece);
    }

    private void Add(VolumePiece piece)
    {
        _volumes.RemoveAll(p => p.Volume == piece.Volume && p.From >= piece.From);
        _volumes.Add(piece);
        _medium.Add(piece, writer.PathOf(BackupNames.Of(log.Name, piece)));
    }

    private async Task CopyVolumesAsync(CancellationToken ct)
    {
        var volumes = SourceVolumes().OrderBy(static v => v.Number).Select(v => (v.Number, v.Path, Onward: _medium.Onward(v.Number), new FileInfo(v.Path).Length)).ToList();
        var (done, total) = (0L, volumes.Where(static v => !v.Onward.Done).Sum(static v => Math.Max(0, v.Length - v.Onward.From)));
        foreach (var (number, path, (from, isDone), length) in volumes)
        {
            if (isDone) continue;
            var before = done;
            await CopyAsync(new VolumeCopy(log, number, path), from, walked => progress.Report(new BackupProgress(log.Keys.Origin, Math.Min(total, done += walked), total)), ct);
            done = before + Math.Max(0, length - from);
        }
    }

    private async Task CopyAsync(VolumeCopy copy, long from, Action<long> walked, CancellationToken ct)
    {
        if (await copy.WalkAsync(from, walked, ct) is not { } piece) return;
        var sha256 = writer.Write(BackupNames.Of(log.Name, piece), output => copy.Copy(piece, output, ct));
        writer.Note(log.Name, piece = copy.Compare(piece, sha256), sha256);
        _written++;
        Add(piece);
        _findings.AddRange(copy.Findings);
    }

    private AnchorProof? CopyProof(string name, string path, long length, CancellationToken ct)
    {
        var copy = new ProofCopy(name, path, length, log.Size);
        if (copy.Look(_medium.Proofs.GetValueOrDefault(name)?[^1].Piece) is not { } piece) return copy.Newest;
        writer.Write(BackupNames.Of(log.Name, piece), output => copy.Copy(piece, output, ct));
        _proofs.Add(piece);
        _findings.AddRange(copy.Findings);
        return copy.Newest;
    }

    private void Take(AnchorProof newest)
    {
        if (newest.Size == 0 || log.RootAt(newest.Size) is var root && root == newest.Root) _anchored = newest.Size;
        else _findings.Add(new Finding(FindingCodes.AnchorChanged, Severity.Error, Layer.Storage, $"{log.Keys.Origin}, anchor of {Text((long)newest.Size)} leaves", "The log does not have the root that is anchored.", newest.Root.ToString(), root.ToString()));
    }

    private void Write(string file, Action<MediumOutput> write) => writer.Write(BackupNames.OfLog(log.Name, file), write);

    private IEnumerable<(uint Number, string Path)> SourceVolumes()
    {
        if (!Directory.Exists(log.Files.Volumes)) yield break;
        foreach (var path in Directory.EnumerateFiles(log.Files.Volumes))
            if (VolumeName.TryParseFile(Path.GetFileName(path), out var number)) yield return (number, path);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
