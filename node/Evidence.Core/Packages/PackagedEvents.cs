using System.Globalization;
using Evidence.Core.Events;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Judges the event documents of a package: each is proven like a record, names the one before it as far as that is here, and concerns a record of the package.</summary>
internal sealed class PackagedEvents(PackageFindings list)
{
    private EventChain? _chain;

    /// <summary>How many documents there are.</summary>
    internal long Count { get; private set; }

    /// <summary>What can be said when nothing was found.</summary>
    internal string Ground => string.Create(CultureInfo.InvariantCulture, $"Events: {Count} event documents are proven to be in the log's checkpoint, and name each other as far as they are here. That none was left out is not claimed.");

    internal void Judge(RecordReading record, bool complete, StatedLogKeys? keys, PackagedLeaves records)
    {
        Count++;
        var subject = $"{PackageNames.EventsFolder}{record.Record}";
        var finding = complete ? FaultOf(record) ?? FaultOfDocument(record, keys, records) : Unreadable("The package is not readable up to the end of the event document.");
        if (finding is not null) list.Add(finding with { Subject = subject }, record.Record);
    }

    /// <summary>What keeps the document from being proven as a record of the log; null when it is.</summary>
    private static Finding? FaultOf(RecordReading record)
    {
        if (!record.HasSeal) return Missing("The seal of the event document is not there.");
        if (!record.HasProof) return Missing("The inclusion proof of the event document is not there.");
        if (record.SealBytes is not { } bytes || record.Proof is not { } proof) return Unreadable("The seal or the inclusion proof of the event document is not at hand.");
        if (record.Seal is not { } seal || seal.Record != record.Record) return Changed("The seal of the event document is not one, or is that of another record.");
        if (seal.Parts.Select(part => FaultOf(part, record.Part(part.Name))).FirstOrDefault(static fault => fault is not null) is { } fault) return fault;
        if (record.PartNames.Any(name => seal.Parts.All(part => part.Name != name))) return Unexpected("A part is there that the seal of the event document does not name.");
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(proof.CheckpointNote).Text);
        if (!InclusionProof.Verify(MerkleTree.LeafHash(bytes), proof.Leaf, checkpoint.Size, proof.Hashes, checkpoint.Root)) return Changed("The seal of the event document does not prove into the checkpoint.");
        return seal.Submitter == EventDocument.SubmitterOf(checkpoint.Origin)
            ? null
            : Unexpected("The record was not filed by the log's own node, so it is no event document.", EventDocument.SubmitterOf(checkpoint.Origin), seal.Submitter);
    }

    private static Finding? FaultOf(SealPart part, ReadMember? member) => member switch
    {
        null => Missing($"The part {part.Name} of the event document is not there."),
        _ when member.Size == part.Size && member.Sha256 == part.Sha256 => null,
        _ => Changed($"The part {part.Name} of the event document is not the one that was sealed.", $"SHA-256 {part.Sha256}", $"SHA-256 {member.Sha256}"),
    };

    private Finding? FaultOfDocument(RecordReading record, StatedLogKeys? keys, PackagedLeaves records)
    {
        if (keys is null) return Unreadable("Without the log's keys the event document cannot be judged.");
        var proof = record.Proof!;
        try
        {
            var document = EventDocument.Parse(record.SmallPart(EventDocument.Part) is { } part ? part.Span : throw new FormatException("Its bytes are not at hand."));
            _chain ??= new EventChain(Checkpoint.Parse(SignedNote.Parse(proof.CheckpointNote).Text).Origin, keys.History.LogId, whole: false);
            if (_chain.Next(proof.Leaf, Digest.Of(record.SealBytes), document) is [var fault, ..]) return fault;
            return document.Events.Any(one => one.Objects.Any(objects => objects.Log == document.Log && records.Meet(objects))) ? null : Unexpected("The event document concerns no record of the package.");
        }
        catch (FormatException e)
        {
            return Unreadable($"The event document could not be read: {e.Message}");
        }
    }

    private static Finding Missing(string message) => Error(FindingCodes.EventsMissing, message);

    private static Finding Changed(string message, string? expected = null, string? actual = null) => Error(FindingCodes.EventsChanged, message, expected, actual);

    private static Finding Unexpected(string message, string? expected = null, string? actual = null) => Error(FindingCodes.EventsUnexpected, message, expected, actual);

    private static Finding Error(string code, string message, string? expected = null, string? actual = null) => new(code, Severity.Error, Layer.Events, "", message, expected, actual);

    private static Finding Unreadable(string message) => new(FindingCodes.EventsUnreadable, Severity.Warning, Layer.Events, "", message);
}
