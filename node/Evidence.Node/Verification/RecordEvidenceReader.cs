using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage;
using Evidence.Storage.LevelDb;

namespace Evidence.Node.Verification;

/// <summary>Gathers all there is to know of a record, of the own log or of a mirror, by reading it from the medium again.</summary>
internal sealed class RecordEvidenceReader(RecordFinder finder, LeafProofReader proofs, SignatureRoots roots)
{
    /// <summary>Looks for the record in every log and reads it; null when none has it.</summary>
    /// <exception cref="IOException">The volume cannot be read.</exception>
    internal async Task<GatheredRecord?> ReadAsync(RecordId record, CancellationToken ct)
    {
        if (await FindAsync(record, ct) is not var (log, stored)) return null;
        var reader = new PartReader(log, stored);
        var parts = await reader.ReadAllAsync(ct);
        var proof = await proofs.ReadAsync(log, stored.Leaf, ct);
        return new GatheredRecord(log, stored, new RecordEvidence
        {
            Record = record,
            Seal = stored.SealBytes.Length == 0 ? null : stored.SealBytes,
            ExpectedSealSha256 = IndexedSeal(log, stored.Leaf),
            Parts = parts,
            SmallPart = reader.Held,
            ContentDigest = reader.Digest,
            LogKeys = new StatedLogKeys(log.Keys),
            Leaf = stored.Leaf,
            Inclusion = proof.Inclusion,
            CheckpointNote = proof.CheckpointNote,
            Anchor = proof.Anchor,
            Observed = [.. stored.Findings, .. proof.Findings],
            SignatureRoots = roots.Certificates,
        });
    }

    private async Task<(LogStore Log, StoredRecord Record)?> FindAsync(RecordId record, CancellationToken ct)
    {
        try
        {
            return await finder.FindAsync(record, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return finder.FindLost(record); // missing is a finding, and no failure to answer
        }
    }

    private static Digest? IndexedSeal(LogStore log, ulong leaf)
    {
        try
        {
            return log.FindLeaf(leaf)?.SealSha256;
        }
        catch (LevelDbException)
        {
            return null; // the index is no evidence; the sweep reports it
        }
    }
}
