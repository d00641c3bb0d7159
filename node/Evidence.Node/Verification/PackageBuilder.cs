using Evidence.Core.Packages;
using Evidence.Core.Verification;

namespace Evidence.Node.Verification;

/// <summary>Writes evidence packages.</summary>
internal sealed class PackageBuilder(SignatureRoots roots)
{
    /// <summary>Writes the package of a record.</summary>
    /// <exception cref="InvalidDataException">The record was altered, or is not in a checkpoint yet: there is nothing to give out as evidence. The message says which.</exception>
    internal void Write(Stream zip, GatheredRecord record, Verdict verdict)
    {
        var evidence = record.Evidence;
        if (verdict.Whole == Outcome.Altered || record.Stored.Seal is null)
            throw new InvalidDataException($"Record {evidence.Record} is not what was filed; no package is made of it. Verify it for the findings.");
        if (evidence is not { Inclusion: { } inclusion, CheckpointNote: { } note, Seal: { } bytes })
            throw new InvalidDataException($"Record {evidence.Record} is sealed and not in a signed checkpoint yet, or the log cannot be read. Ask again in a second.");
        using var package = new EvidencePackageWriter(zip, new PackageHeading { LogKey = record.Log.Key.ToString(), CheckpointNote = note, Anchor = evidence.Anchor, SignatureRootsPem = roots.Pem });
        package.Add(new PackageRecord { Seal = bytes, Leaf = record.Stored.Leaf, Inclusion = inclusion, OpenPart = name => record.Log.OpenPart(record.Stored.Place, name) });
        package.Complete();
    }
}
