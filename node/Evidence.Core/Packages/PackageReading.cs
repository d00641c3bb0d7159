using System.Globalization;
using System.Security.Cryptography;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Json;
using Evidence.Core.Packages.Texts;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Holds the members of a package against the format and each other while they are read, one record at a time.</summary>
/// <param name="list">Takes what is found about the container.</param>
/// <param name="maxRecords">How many records' numbers are compared.</param>
/// <param name="judge">Takes each record, and each event document, at its end, with whether all of it was read.</param>
internal sealed class PackageReading(PackageFindings list, int maxRecords, Action<RecordReading, bool> judge) : IDisposable
{
    private static readonly (MemberPlace Place, string Name)[] Required =
    [
        (MemberPlace.Readme, PackageNames.Readme), (MemberPlace.Keys, PackageNames.Keys), (MemberPlace.Record, "records"), (MemberPlace.Statement, PackageNames.Statement),
        (MemberPlace.Certificate, PackageNames.Certificate), (MemberPlace.Manifest, PackageNames.Manifest),
    ];

    private static readonly MemberPlace[] HeadingPlaces = [MemberPlace.Keys, MemberPlace.Roots, MemberPlace.Anchor, MemberPlace.History];

    private readonly IncrementalHash _manifest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<MemberPlace, ReadMember> _members = [];
    private readonly RecordNumbers _numbers = new(maxRecords, list);
    private MemberPlace? _place;
    private RecordReading? _record;
    private ulong? _leaf;
    private string? _note;
    private PackageFacts? _facts;
    private bool _begun, _underivable;
    private Digest _expectedManifest;

    /// <summary>The log's keys as the package states them; null when they cannot be read.</summary>
    internal StatedLogKeys? LogKeys { get; private set; }

    /// <summary>The anchor; null when there is none that can be read.</summary>
    internal AnchorProof? Anchor { get; private set; }

    /// <summary>The note of the first inclusion proof: the stated checkpoint. Null while none was read.</summary>
    internal string? Note => _note;

    /// <summary>The leaves of the records so far.</summary>
    internal PackagedLeaves Leaves { get; } = new(maxRecords);

    /// <summary>The history of headers; null when there is none that can be read.</summary>
    internal ValidatorHistory? History { get; private set; }

    /// <summary>What the derived texts are made from; null when something of it could not be read.</summary>
    internal PackageFacts? Derivable => _underivable || _facts is not { Count: > 0 } ? null : _facts;

    /// <summary>Takes a member; false when the package is of a version that is not known.</summary>
    internal bool Accept(ReadMember member)
    {
        if (member.Name is { } name && TryPlace(member, name)) Take(member, name);
        else list.Error(FindingCodes.PackageUnexpected, member.Text, member.Name is null ? "The format has no such member." : "The member is not where the format has it, or is there twice.");
        if (member.IsWhole) AppendToManifest(member);
        return !IsOtherVersion(member);
    }

    /// <summary>After the last member: what is missing, and what does not follow from the rest.</summary>
    internal void Finish(bool complete)
    {
        EndRecord(complete);
        if (!complete) return;
        foreach (var (place, name) in Required)
            if (!_members.ContainsKey(place)) list.Error(FindingCodes.PackageMissing, name, "The format asks for the member, and it is not there.");
        CompareManifest();
        CompareText(MemberPlace.Readme, static () => ReadmeText.Bytes);
        if (Derivable is not { } facts) return;
        CompareText(MemberPlace.Statement, () => StatementText.Render(facts));
        CompareText(MemberPlace.Certificate, () => CertificatePage.Render(facts));
    }

    public void Dispose()
    {
        _manifest.Dispose();
        _facts?.Dispose();
    }

    private bool TryPlace(ReadMember member, MemberName name)
    {
        if (name.Place < _place || (name.Place == _place && !name.IsOfRecord)) return false;
        if (name.IsOfRecord) return TryPlaceInRecord(member, name);
        EndRecord(complete: true);
        Settle(member, name);
        return true;
    }

    private bool TryPlaceInRecord(ReadMember member, MemberName name)
    {
        if (_record?.Record != name.Record || name.Place != _place)
        {
            EndRecord(complete: true);
            if (name.Place != _place) _leaf = null; // event documents begin anew: they lie among the leaves of the records
            _record = new RecordReading(name.Record, name.Place);
            _numbers.Add(name.Record, member.Text);
        }

        Settle(member, name);
        return _record.TryAccept(member, name, list);
    }

    private void Settle(ReadMember member, MemberName name)
    {
        _place = name.Place;
        _members.TryAdd(name.Place, member);
    }

    private void Take(ReadMember member, MemberName name)
    {
        switch (name.Place)
        {
            case MemberPlace.Keys:
                LogKeys = Read(member, LogKeysJson.Parse);
                break;
            case MemberPlace.Anchor:
                TakeAnchor(member, name);
                break;
            case MemberPlace.History:
                History = Read(member, ValidatorHistoryJson.Parse);
                break;
            case MemberPlace.Record or MemberPlace.Events when name.Within == RecordPlace.Proof:
                TakeProof(_record!);
                break;
            case MemberPlace.Manifest:
                _expectedManifest = EndOfManifest();
                break;
        }
    }

    private void TakeAnchor(ReadMember member, MemberName name)
    {
        Anchor = Read(member, ReadAnchor);
        if (Anchor is { } anchor && anchor.Size != name.Size)
            list.Error(FindingCodes.PackageChanged, member.Text, "The anchor is of another size than its name says.", Number(name.Size), Number(anchor.Size));
    }

    private void TakeProof(RecordReading record)
    {
        if (record.Proof is not { } proof) return;
        if (_note is null) BeginFacts(proof.CheckpointNote);
        else if (proof.CheckpointNote != _note)
        {
            _underivable |= !record.IsEvents;
            list.Error(FindingCodes.PackageChanged, record.ProofName, "The inclusion proof leads to another checkpoint than those before it.");
        }

        if (proof.Leaf <= _leaf)
            list.Error(FindingCodes.PackageChanged, record.ProofName, "The record is not behind the one before it by its leaf.", $"more than {Number(_leaf.Value)}", Number(proof.Leaf));
        _leaf = proof.Leaf;
    }

    private void BeginFacts(string note)
    {
        _note = note;
        if (LogKeys is { } keys && (Anchor is not null || !_members.ContainsKey(MemberPlace.Anchor)))
            _facts = new PackageFacts(keys.History.First.ToString(), note, Anchor, HeadingPlaces.Where(_members.ContainsKey).Select(place => (_members[place].Entry.Name, _members[place].Sha256)));
    }

    private void EndRecord(bool complete)
    {
        if (_record is not { } record) return;
        _record = null;
        if (record.IsEvents)
        {
            judge(record, complete);
            return;
        }

        if (record.Proof is { } proven) Leaves.Add(proven.Leaf);
        if (complete && !record.HasProof) list.Error(FindingCodes.PackageMissing, record.ProofName, "The format asks for the member, and it is not there.");
        if (record is { Seal: { } seal, SealBytes: { } bytes, Proof: { } proof }) _facts?.Add(new RecordFacts(record.Record, proof.Leaf, Digest.Of(bytes)), seal, () => record.SmallPart(PackageNames.MetadataPart));
        else _underivable = true;
        judge(record, complete);
    }

    private void CompareManifest()
    {
        if (_members.TryGetValue(MemberPlace.Manifest, out var manifest) && manifest.Sha256 != _expectedManifest)
            list.Error(FindingCodes.PackageChanged, PackageNames.Manifest, "The manifest is not the one that the members give.", $"SHA-256 {_expectedManifest}", $"SHA-256 {manifest.Sha256}");
    }

    /// <summary>What is for people says what the other members say, and nothing else.</summary>
    private void CompareText(MemberPlace place, Func<byte[]> derive)
    {
        if (!_members.TryGetValue(place, out var member)) return;
        var expected = Digest.Of(derive());
        if (member.Sha256 != expected)
            list.Error(FindingCodes.TextDiffers, member.Text, "The text is not the one that the other members give.", $"SHA-256 {expected}", $"SHA-256 {member.Sha256}");
    }

    private void AppendToManifest(ReadMember member)
    {
        if (!_begun) _manifest.AppendData(ManifestLines.Begin);
        _manifest.AppendData(ManifestLines.Item(member.Entry.Name, member.Size, member.Sha256, first: !_begun));
        _begun = true;
    }

    private Digest EndOfManifest()
    {
        if (!_begun) _manifest.AppendData(ManifestLines.Begin);
        _manifest.AppendData(ManifestLines.End);
        return new Digest(_manifest.GetCurrentHash());
    }

    private bool IsOtherVersion(ReadMember member)
    {
        if (member is not { Name.Place: MemberPlace.Readme, Bytes: { } bytes } || ReadmeText.OtherVersion(bytes) is not { } version) return false;
        list.Warning(FindingCodes.PackageUnreadable, PackageNames.Readme, $"The package is of version {version} of the format, which this program does not know.");
        return true;
    }

    private T? Read<T>(ReadMember member, Parser<T> parse)
        where T : class
    {
        if (member.Bytes is not { } bytes) return null;
        try
        {
            return parse(bytes);
        }
        catch (FormatException e)
        {
            list.Warning(FindingCodes.PackageUnreadable, member.Text, $"The member could not be read: {e.Message}");
            return null;
        }
    }

    private delegate T Parser<out T>(ReadOnlySpan<byte> bytes);

    private static AnchorProof ReadAnchor(ReadOnlySpan<byte> bytes)
    {
        var json = CanonicalJson.Parse(bytes);
        return bytes.SequenceEqual(CanonicalJson.Serialize(json)) ? AnchorProofJson.Parse(json) : throw new FormatException("The anchor is not in canonical form (RFC 8785).");
    }

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
