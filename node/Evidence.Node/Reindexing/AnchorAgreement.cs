using System.Globalization;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Comparing;
using Evidence.Node.Replication;
using Evidence.Storage.Proofs;
using Evidence.Storage.Reindexing;

namespace Evidence.Node.Reindexing;

/// <summary>Holds a rebuilt tree to the log's proof files and to the ledger.</summary>
/// <param name="log">The rebuilt log.</param>
/// <param name="keys">Its keys.</param>
/// <param name="contract">The contract that anchors must be of; null when this node has no ledger.</param>
internal sealed class AnchorAgreement(RebuiltLog log, LogKeyHistory keys, AnchoringContract? contract)
{
    private readonly List<Finding> _contradictions = [];
    private readonly List<Finding> _damage = [];
    private readonly List<Finding> _unchecked = [];
    private readonly List<string> _missing = [];
    private (Checkpoint Checkpoint, SignedNote Note)? _newest;

    /// <summary>Roots that were anchored or cosigned and that the volumes do not give: then nothing may be installed.</summary>
    internal IReadOnlyList<Finding> Contradictions => _contradictions;

    /// <summary>Entries of proof files that prove nothing.</summary>
    internal IReadOnlyList<Finding> Damage => _damage;

    /// <summary>What could not be compared: leaves that no anchor covers, proof files that are not there.</summary>
    internal IReadOnlyList<Finding> Unchecked => _unchecked;

    /// <summary>Anchors of the proof file that the tree has.</summary>
    internal int Proven { get; private set; }

    /// <summary>The newest checkpoint of this tree that the proof files carry, as the log signed it.</summary>
    internal SignedNote? NewestCheckpoint => _newest?.Note;

    /// <summary>Compares anchors.log and cosignatures.log, where they are there. Before <see cref="CompareLedger"/>, which knows whether they should be.</summary>
    internal void CompareProofs(string folder, TimeProvider time, CancellationToken ct)
    {
        foreach (var payload in Read(folder, "anchors.log", time)) Take("anchors.log", () => TakeAnchor(payload, ct));
        foreach (var payload in Read(folder, "cosignatures.log", time)) Take("cosignatures.log", () => TakeCosignature(payload, ct));
    }

    /// <summary>Compares every anchor on the ledger.</summary>
    /// <param name="ledger">What it answered.</param>
    /// <param name="isOwn">Whether the log is the node's own: a mirror may be behind its peer.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How many anchors the tree was held to; null when the ledger could not be asked.</returns>
    internal int? CompareLedger(LedgerAnchors ledger, bool isOwn, CancellationToken ct)
    {
        if (ledger.Anchors is not { } anchors) return null;
        foreach (var anchor in anchors)
        {
            if (anchor.Size <= log.Size) Compare($"the anchor at {Text(anchor.Size)} leaves in block {Text(anchor.BlockNumber)} of the ledger", FindingCodes.AnchorChanged, anchor.Size, anchor.Root, ct);
            else if (isOwn) _contradictions.Add(new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, LedgerComparison.Subject(anchor.Size), "The ledger anchors more leaves than the volumes give.", Text(anchor.Size), Text(log.Size)));
        }

        if (anchors.Count > 0) _unchecked.AddRange(_missing.Select(MissingProofs));
        var compared = anchors.Where(a => a.Size <= log.Size).Select(a => a.Size).ToList();
        if (compared.DefaultIfEmpty().Max() is var covered && covered < log.Size) _unchecked.Add(Unanchored(covered));
        return compared.Count;
    }

    // Every log that was opened has these files, if only empty ones.
    private static Finding MissingProofs(string name) =>
        new(FindingCodes.ProofFileMissing, Severity.Warning, Layer.Storage, name, $"The ledger has anchors of this log, and proofs/{name} is not there: what it held was not compared.");

    private Finding Unanchored(ulong covered) => new(FindingCodes.AnchorMissing, Severity.Warning, Layer.Ledger, keys.Origin,
        $"Leaves {Text(covered)} to {Text(log.Size - 1)} are sealed, not yet anchored: nothing on the ledger confirms them.");

    private IEnumerable<byte[]> Read(string folder, string name, TimeProvider time)
    {
        var path = Path.Combine(folder, "proofs", name);
        if (!File.Exists(path))
        {
            _missing.Add(name);
            return [];
        }

        using var file = ProofFile.Open(path, time);
        _damage.AddRange(file.Check());
        return [.. file.Read()];
    }

    private void Take(string file, Action take)
    {
        try
        {
            take();
        }
        catch (FormatException e)
        {
            _damage.Add(new Finding(FindingCodes.ProofFileChanged, Severity.Error, Layer.Storage, file, $"An entry does not prove: {e.Message}"));
        }
    }

    private void TakeAnchor(byte[] payload, CancellationToken ct)
    {
        var proof = AnchorEntry.Parse(payload);
        if (AnchorEntry.FindFault(proof, keys, contract) is { } fault) throw new FormatException(fault + ".");
        if (!TryCompare("anchors.log", proof.Size, proof.Root, ct)) return;
        Proven++;
        Keep(SignedNote.Parse(proof.Checkpoint));
    }

    private void TakeCosignature(byte[] payload, CancellationToken ct)
    {
        var entry = CosignatureEntry.Parse(payload, keys);
        if (TryCompare("cosignatures.log", entry.Checkpoint.Size, entry.Checkpoint.Root, ct)) Keep(entry.WithoutWitness());
    }

    // What was signed and anchored beyond the volumes' end is missing from them.
    private bool TryCompare(string file, ulong size, Digest root, CancellationToken ct)
    {
        var what = $"an entry of {file} at {Text(size)} leaves";
        if (size <= log.Size) return Compare(what, FindingCodes.AnchorChanged, size, root, ct);
        _contradictions.Add(new Finding(FindingCodes.VolumeMissing, Severity.Error, Layer.Storage, file, $"{what} is of more leaves than the volumes give.", Text(size), Text(log.Size)));
        return false;
    }

    private bool Compare(string what, string code, ulong size, Digest root, CancellationToken ct)
    {
        if (log.HasRoot(size, root, out var actual, ct)) return true;
        _contradictions.Add(new Finding(code, Severity.Error, Layer.Ledger, LedgerComparison.Subject(size), $"The volumes do not give the root of {what}.", root.ToString(), actual.ToString()));
        return false;
    }

    private void Keep(SignedNote note)
    {
        var checkpoint = Checkpoint.Parse(note.Text);
        if (_newest is null || checkpoint.Size > _newest.Value.Checkpoint.Size) _newest = (checkpoint, note);
    }

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
