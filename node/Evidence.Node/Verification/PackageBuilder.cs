using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;

namespace Evidence.Node.Verification;

/// <summary>Makes the content of evidence packages.</summary>
internal sealed class PackageBuilder(NodeOptions options, SignatureRoots roots)
{
    /// <summary>What goes into the package of a record.</summary>
    /// <exception cref="InvalidDataException">The record was altered, or is not in a checkpoint yet: there is nothing to give out as evidence. The message says which.</exception>
    internal PackageContent Build(GatheredRecord record, Verdict statement)
    {
        var evidence = record.Evidence;
        if (statement.Whole == Outcome.Altered || record.Stored.Seal is not { } seal)
            throw new InvalidDataException($"Record {evidence.Record} is not what was filed; no package is made of it. Verify it for the findings.");
        if (evidence is not { Inclusion: { } inclusion, CheckpointNote: { } note, Seal: { } bytes })
            throw new InvalidDataException($"Record {evidence.Record} is sealed and not in a signed checkpoint yet, or the log cannot be read. Ask again in a second.");
        return new PackageContent
        {
            Seal = bytes,
            Parts = [.. seal.Parts.Select(p => new PackagePart(p.Name, () => record.Log.OpenPart(record.Stored.Place, p.Name)))],
            LogKey = record.Log.Key.ToString(),
            Leaf = record.Stored.Leaf,
            Inclusion = inclusion,
            CheckpointNote = note,
            Anchor = evidence.Anchor,
            SignatureRootsPem = roots.Pem,
            Statement = statement,
            StatedBy = options.Name,
        };
    }
}
