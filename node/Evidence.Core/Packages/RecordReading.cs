using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>The members of one record, or of one event document, while they are read.</summary>
internal sealed class RecordReading(RecordId record, MemberPlace place)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, ReadMember> _parts = new(StringComparer.Ordinal);
    private int _lastPart = -1;
    private bool _hasAny, _hasProof;

    internal RecordId Record => record;

    /// <summary>Whether it is an event document and no record that is asked for.</summary>
    internal bool IsEvents => place == MemberPlace.Events;

    /// <summary>The seal's bytes; null when it was not read whole.</summary>
    internal byte[]? SealBytes { get; private set; }

    /// <summary>Whether the seal is there, at hand or not.</summary>
    internal bool HasSeal { get; private set; }

    /// <summary>The seal, when its bytes are one.</summary>
    internal Seal? Seal { get; private set; }

    /// <summary>The proof, when it could be read.</summary>
    internal TlogProof? Proof { get; private set; }

    internal bool HasProof => _hasProof;

    internal string ProofName => PackageNames.Of(IsEvents ? PackageNames.EventsFolder : PackageNames.RecordsFolder, record, PackageNames.Proof);

    /// <summary>The names of the parts that are there.</summary>
    internal IEnumerable<string> PartNames => _parts.Keys;

    internal ReadMember? Part(string name) => _parts.GetValueOrDefault(name);

    /// <summary>The bytes of a part that are held.</summary>
    internal ReadOnlyMemory<byte>? SmallPart(string name)
    {
        // Not a conditional expression: its null would become empty memory, by way of a null array.
        if (Part(name)?.Bytes is { } bytes) return bytes;
        return null;
    }

    /// <summary>Takes a member that is of this record; false when it is not in its place.</summary>
    internal bool TryAccept(ReadMember member, MemberName name, PackageFindings list)
    {
        var first = !_hasAny;
        _hasAny = true;
        return name.Within switch
        {
            RecordPlace.Seal => first && AcceptSeal(member),
            RecordPlace.Part => !_hasProof && AcceptPart(member, name.Part),
            _ => !_hasProof && AcceptProof(member, list),
        };
    }

    /// <summary>What was read of the parts; those that the walk did not come to are unreadable, not missing.</summary>
    internal IReadOnlyList<PartObservation> Observe(bool complete)
    {
        IEnumerable<SealPart> unreached = complete ? [] : (Seal?.Parts ?? []).Where(part => !_parts.ContainsKey(part.Name));
        return [.. _parts.Select(static part => Observe(part.Key, part.Value)), .. unreached.Select(static part => new PartObservation(part.Name, PartState.Unreadable, 0, default))];
    }

    private static PartObservation Observe(string name, ReadMember member) =>
        member.IsWhole ? new PartObservation(name, PartState.Read, member.Size, member.Sha256) : new PartObservation(name, PartState.Unreadable, 0, default);

    private bool AcceptSeal(ReadMember member)
    {
        (HasSeal, SealBytes) = (true, member.Bytes);
        try
        {
            Seal = SealBytes is null ? null : Seals.Seal.Parse(SealBytes);
        }
        catch (FormatException)
        {
            // The layer of the seal says so.
        }

        return true;
    }

    private bool AcceptPart(ReadMember member, string name)
    {
        var at = PlaceOf(name);
        if (_parts.ContainsKey(name) || (at >= 0 && at < _lastPart)) return false;
        _parts.Add(name, member);
        _lastPart = Math.Max(_lastPart, at);
        return true;
    }

    private int PlaceOf(string name)
    {
        var parts = Seal?.Parts ?? [];
        for (var i = 0; i < parts.Count; i++)
            if (parts[i].Name == name) return i;
        return -1;
    }

    private bool AcceptProof(ReadMember member, PackageFindings list)
    {
        _hasProof = true;
        if (member.Bytes is not { } bytes) return true;
        try
        {
            var text = StrictUtf8.GetString(bytes);
            var proof = TlogProof.Parse(text);
            if (proof.Encode() != text || proof.Extra is not null) throw new FormatException("The proof is not in the form that packages have.");
            if (Checkpoint.Parse(SignedNote.Parse(proof.CheckpointNote).Text).Size > SealRules.MaxPartSize) throw new FormatException("The checkpoint is of more leaves than a statement can name, 2^53-1.");
            Proof = proof;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            list.Warning(FindingCodes.PackageUnreadable, ProofName, $"The member could not be read: {e.Message}");
        }

        return true;
    }
}
