using Evidence.Core.Log;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Volumes;

/// <summary>
/// Makes the most of a place where no record in order begins: looks for the next seal, which says how long its record is and so where it begins, and compares that record member by member.
/// What lies before it is damage.
/// </summary>
internal sealed class RecordExaminer(SourceWindow window, VolumeWalk walk)
{
    private readonly List<Finding> _findings = [];

    /// <summary>One or two items that begin at <paramref name="start"/>.</summary>
    /// <param name="start">Where no record in order begins.</param>
    /// <param name="ranOut">Whether all was in order up to the end of the volume.</param>
    /// <param name="ct">Ends it.</param>
    internal async ValueTask<IReadOnlyList<WalkedItem>> ExamineAsync(long start, bool ranOut, CancellationToken ct)
    {
        if (ranOut) return [Damage(start, window.End, FindingCodes.VolumeMissing, "A record begins here, and the rest of it is missing.")];
        for (var at = start; at < window.End;)
        {
            var bytes = await window.ReadAsync(at, MemberHeader.MaxLength, ct);
            if (!MemberHeader.TryRead(bytes.Span, out var header)) at += TarBlock.Size;
            else if (VolumeName.TryParseMember(header.Path, walk.Volume, out _, out var name) && VolumeName.TryParseSealMember(name, out var leaf) && header.Size <= Seal.MaxSize)
                return await AtSealAsync(start, at, header, leaf, ct);
            else if (header.Path == VolumeName.Tag(walk.Volume, BagTags.Declaration) && at > start) return [Damage(start, at)];
            else at = Onward(at, header);
        }

        return [Damage(start, window.End)];
    }

    // A size that leads out of the volume is not to be believed.
    private long Onward(long at, ReadHeader header)
    {
        var next = at + header.Length + TarBlock.RoundUp(header.Size);
        return next <= window.End ? next : at + TarBlock.Size;
    }

    private async ValueTask<IReadOnlyList<WalkedItem>> AtSealAsync(long start, long at, ReadHeader header, ulong leaf, CancellationToken ct)
    {
        var end = at + header.Length + TarBlock.RoundUp(header.Size);
        if (end > window.End) return [Damage(start, window.End, FindingCodes.VolumeMissing, "The volume ends within a seal.")];
        var sealBytes = (await window.ReadAsync(at + header.Length, (int)header.Size, ct)).ToArray();
        var unreadable = window.UnreadableIn(at, end - at);
        if (!SealBytes.TryParse(sealBytes, out var seal, out var why)) return [Damage(start, end, WalkFindings.SealUnreadable(header.Path, why, unreadable))];
        var layout = new RecordLayout(seal, sealBytes.Length, leaf);
        var begin = end - layout.Length;
        var notLeaf = NotLeaf(header.Path, leaf, sealBytes);
        if (begin < start || (begin > start && notLeaf is not null))
            return [Damage(start, end, notLeaf ?? WalkFindings.Range(FindingCodes.VolumeChanged, walk.Volume, start, end - start, "The seal names parts that do not lie before it as it says."))];
        var record = await CompareAsync(begin, layout, seal, sealBytes, leaf, header, notLeaf, ct);
        return begin > start ? [Damage(start, begin), record] : [record];
    }

    private Finding? NotLeaf(string member, ulong leaf, byte[] sealBytes)
    {
        var actual = MerkleTree.LeafHash(sealBytes);
        return walk.LeafHash?.Invoke(leaf) is { } expected && actual != expected ? WalkFindings.SealNotLeaf(member, leaf, expected, actual) : null;
    }

    private async ValueTask<WalkedItem> CompareAsync(long begin, RecordLayout layout, Seal seal, byte[] sealBytes, ulong leaf, ReadHeader sealHeader, Finding? notLeaf, CancellationToken ct)
    {
        _findings.Clear();
        for (var i = 0; i < layout.Parts.Count; i++) await ComparePartAsync(begin, layout.Parts[i], seal.Parts[i], seal, layout.Mtime, ct);
        if (VolumeName.Member(walk.Volume, seal.Record, layout.Seal.Name) != sealHeader.Path) _findings.Add(WalkFindings.SealOfAnother(sealHeader.Path, seal.Record));
        if (sealHeader.Mtime != layout.Mtime) _findings.Add(WalkFindings.Header(sealHeader.Path, unreadable: false));
        if (notLeaf is not null) _findings.Add(notLeaf);
        await ComparePaddingAsync(sealHeader.Path, begin + layout.Seal.Data, sealBytes.Length, ct);
        var place = new Place(walk.Volume, (ulong)begin, (ulong)layout.Length, leaf);
        var members = layout.Parts.Select(p => new StoredMember(p.Name, begin + p.Data, p.Size)).ToArray();
        return new WalkedItem(WalkedKind.Record, begin, layout.Length, new WalkedRecord(seal.Record, place, sealBytes, seal, members), [.. _findings]);
    }

    private async ValueTask ComparePartAsync(long begin, MemberLayout member, SealPart part, Seal seal, long mtime, CancellationToken ct)
    {
        var path = VolumeName.Member(walk.Volume, seal.Record, part.Name);
        var read = await window.ReadAsync(begin + member.Header, member.HeaderLength, ct);
        var expected = new byte[member.HeaderLength];
        MemberHeader.Write(expected, path, part.Size, mtime);
        if (!read.Span.SequenceEqual(expected)) _findings.Add(WalkFindings.Header(path, window.UnreadableIn(begin + member.Header, member.HeaderLength)));
        if (!walk.HashContent) return;
        var actual = await window.HashAsync(begin + member.Data, part.Size, ct);
        if (actual != part.Sha256) _findings.Add(WalkFindings.Part(path, part.Sha256, actual, window.UnreadableIn(begin + member.Data, part.Size)));
        await ComparePaddingAsync(path, begin + member.Data, part.Size, ct);
    }

    private async ValueTask ComparePaddingAsync(string path, long data, long size, CancellationToken ct)
    {
        var padding = TarBlock.Padding(size);
        if (!await window.IsZeroAsync(data + size, padding, ct)) _findings.Add(WalkFindings.Padding(path, window.UnreadableIn(data + size, padding)));
    }

    private WalkedItem Damage(long start, long end) => window.UnreadableIn(start, end - start)
        ? Damage(start, end, FindingCodes.VolumeUnreadable, "The range could not be read, and what can be read of it holds no record.")
        : Damage(start, end, FindingCodes.VolumeChanged, "No record can be made out in this range.");

    private WalkedItem Damage(long start, long end, string code, string message) => Damage(start, end, WalkFindings.Range(code, walk.Volume, start, end - start, message));

    private static WalkedItem Damage(long start, long end, Finding finding) => new(WalkedKind.Damage, start, end - start, null, [finding]);
}
