using System.Globalization;
using System.Text;
using Evidence.Core.Chain;
using Evidence.Core.Json;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Packages.Texts;
using Evidence.Core.Seals;

namespace Evidence.Core.Packages;

/// <summary>
/// Writes an evidence package, record by record in the order of their leaves: as fast as the stream takes it, without seeking, and with the same memory for any number of
/// records. The same heading and records give the same bytes.
/// </summary>
public sealed class EvidencePackageWriter : IDisposable
{
    private readonly PackageHeading _heading;
    private readonly PackageOutput _output;
    private readonly PackageFacts _facts;
    private ulong? _leaf, _eventLeaf;

    /// <summary>Begins a package: writes all that stands before the records. Leaves <paramref name="zip"/> open.</summary>
    /// <param name="zip">Where the package goes.</param>
    /// <param name="heading">What holds for all its records.</param>
    /// <param name="scratch">Makes an empty stream that can be written, read and sought, for about 300 bytes a member; null keeps them in memory. It is disposed of here.</param>
    /// <exception cref="InvalidDataException">The anchor is not that of the checkpoint.</exception>
    /// <exception cref="FormatException">The key or the checkpoint cannot be read.</exception>
    public EvidencePackageWriter(Stream zip, PackageHeading heading, Func<Stream>? scratch = null)
    {
        var key = VerifierKey.Parse(heading.LogKey);
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(heading.CheckpointNote).Text);
        if (heading.Anchor is { } anchor && (anchor.Size != checkpoint.Size || anchor.Root != checkpoint.Root))
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The anchor of {anchor.Size} leaves is not that of the checkpoint of {checkpoint.Size} leaves; no evidence package was made."));
        _heading = heading;
        List<(string Name, byte[] Bytes)> members = [.. Heading(KeysUpToSigner(key, heading, checkpoint.Size), heading)];
        _facts = new PackageFacts(key.ToString(), heading.CheckpointNote, heading.Anchor, members.Select(static member => (member.Name, Digest.Of(member.Bytes))));
        _output = new PackageOutput(zip, scratch ?? (static () => new MemoryStream()));
        _output.Add(PackageNames.Readme, ReadmeText.Bytes);
        foreach (var (name, bytes) in members) _output.Add(name, bytes);
    }

    /// <summary>Writes one record.</summary>
    /// <exception cref="InvalidDataException">A part's bytes are not those that the seal names, the seal does not prove into the checkpoint, or the record's leaf is not behind the one before: nothing is given out as evidence that is not.</exception>
    /// <exception cref="FormatException">The seal is not a seal.</exception>
    public void Add(PackageRecord record)
    {
        if (_eventLeaf is not null) throw new InvalidOperationException("The records of an evidence package stand before its event documents.");
        var seal = Write(PackageNames.RecordsFolder, record, _leaf);
        _facts.Add(new RecordFacts(seal.Record, record.Leaf, Digest.Of(record.Seal)), seal, () => Metadata(record, seal));
        _leaf = record.Leaf;
    }

    /// <summary>Writes an event document that concerns a record of the package, behind all records and in the order of the leaves; it is a record of the log itself.</summary>
    /// <exception cref="InvalidDataException">As for a record.</exception>
    /// <exception cref="FormatException">The seal is not a seal.</exception>
    public void AddEvents(PackageRecord document)
    {
        Write(PackageNames.EventsFolder, document, _eventLeaf);
        _eventLeaf = document.Leaf;
    }

    /// <summary>Ends the package: writes what follows from the records.</summary>
    /// <exception cref="InvalidOperationException">No record was added.</exception>
    public void Complete()
    {
        if (_facts.Count == 0) throw new InvalidOperationException("An evidence package holds at least one record.");
        _output.Add(PackageNames.Statement, StatementText.Render(_facts));
        _output.Add(PackageNames.Certificate, CertificatePage.Render(_facts));
        _output.Complete();
    }

    /// <summary>Lets the scratch streams go; a package that was not completed is none.</summary>
    public void Dispose()
    {
        _output.Dispose();
        _facts.Dispose();
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Heading(LogKeyHistory keys, PackageHeading heading)
    {
        yield return (PackageNames.Keys, LogKeysJson.Encode(keys));
        if (heading.SignatureRootsPem.Length > 0) yield return (PackageNames.Roots, Encoding.UTF8.GetBytes(heading.SignatureRootsPem));
        if (heading.Anchor is { } anchor) yield return (PackageNames.Anchor(anchor.Size), CanonicalJson.Serialize(AnchorProofJson.ToJson(anchor)));
        if (heading is { Anchor: not null, History: { } history }) yield return (PackageNames.History, ValidatorHistoryJson.Encode(history));
    }

    /// <summary>Those that the checkpoint needs, so that a rotation that comes later changes no package.</summary>
    private static LogKeyHistory KeysUpToSigner(VerifierKey key, PackageHeading heading, ulong size)
    {
        var history = LogKeyHistory.Of(key, heading.Rotations);
        return history.SignerOf(SignedNote.Parse(heading.CheckpointNote), size) is { } signer ? history.UpTo(signer) : history;
    }

    private Seal Write(string folder, PackageRecord record, ulong? before)
    {
        var seal = Seal.Parse(record.Seal);
        CheckLeaf(record, seal, before);
        _output.Add(PackageNames.Of(folder, seal.Record, PackageNames.Seal), record.Seal);
        foreach (var part in seal.Parts) _output.Add(PackageNames.OfPart(folder, seal.Record, part.Name), part, () => record.OpenPart(part.Name));
        _output.Add(PackageNames.Of(folder, seal.Record, PackageNames.Proof), Encoding.UTF8.GetBytes(new TlogProof(record.Leaf, record.Inclusion, _heading.CheckpointNote).Encode()));
        return seal;
    }

    private void CheckLeaf(PackageRecord record, Seal seal, ulong? before)
    {
        var checkpoint = _facts.Checkpoint;
        if (before >= record.Leaf) throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Record {seal.Record} is leaf {record.Leaf}, and leaf {before} is in the package already: records go in by the order of their leaves."));
        if (InclusionProof.Verify(MerkleTree.LeafHash(record.Seal), record.Leaf, checkpoint.Size, record.Inclusion, checkpoint.Root)) return;
        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Record {seal.Record} does not prove as leaf {record.Leaf} of the checkpoint of {checkpoint.Size} leaves; no evidence package was made. Verify and repair the log first."));
    }

    private static ReadOnlyMemory<byte>? Metadata(PackageRecord record, Seal seal)
    {
        // Not a conditional expression: its null would become empty memory, by way of a null array.
        if (!seal.Parts.Any(static part => part.Name == PackageNames.MetadataPart)) return null;
        using var stream = record.OpenPart(PackageNames.MetadataPart);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
