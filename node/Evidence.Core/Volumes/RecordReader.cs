using Evidence.Core.Log;
using Evidence.Core.Seals;

namespace Evidence.Core.Volumes;

/// <summary>Reads a record that is as it must be, in one pass. Anything else is for <see cref="RecordExaminer"/>.</summary>
internal sealed class RecordReader(SourceWindow window, VolumeWalk walk)
{
    private readonly List<ReadMember> _members = [];

    /// <summary>Whether the last read came to the end of the volume within a record that was in order so far.</summary>
    internal bool RanOut { get; private set; }

    /// <summary>The record at <paramref name="start"/>, or null when there is none or any byte of it is not as it must be.</summary>
    internal async ValueTask<WalkedRecord?> ReadAsync(long start, CancellationToken ct)
    {
        _members.Clear();
        RanOut = false;
        RecordId? record = null;
        for (var at = start; ;)
        {
            var bytes = await window.ReadAsync(at, MemberHeader.MaxLength, ct);
            if (!MemberHeader.TryRead(bytes.Span, out var header)) return Missing(at, bytes);
            if (!VolumeName.TryParseMember(header.Path, walk.Volume, out var id, out var name)) return null;
            if (id != (record ??= id) || (_members.Count > 0 && header.Mtime != _members[0].Mtime)) return null;
            var member = new ReadMember(name, at, header.Length, header.Size, header.Mtime);
            if (member.End > window.End)
            {
                RanOut = true;
                return null;
            }

            if (VolumeName.TryParseSealMember(name, out var leaf)) return await SealAsync(start, id, member, leaf, ct);
            if (walk.HashContent)
            {
                member.Sha256 = await window.HashAsync(member.Data, member.Size, ct);
                if (!await window.IsZeroAsync(member.Data + member.Size, TarBlock.Padding(member.Size), ct)) return null;
            }

            _members.Add(member);
            at = member.End;
        }
    }

    private WalkedRecord? Missing(long at, ReadOnlyMemory<byte> bytes)
    {
        RanOut = bytes.Length < TarBlock.Size || (at > window.End - MemberHeader.MaxLength && TarHeader.TryRead(bytes.Span, out _));
        return null;
    }

    private async ValueTask<WalkedRecord?> SealAsync(long start, RecordId id, ReadMember member, ulong leaf, CancellationToken ct)
    {
        if (member.Size > Seal.MaxSize) return null;
        var bytes = (await window.ReadAsync(member.Data, (int)(member.End - member.Data), ct)).ToArray();
        if (bytes.AsSpan((int)member.Size).ContainsAnyExcept((byte)0)) return null;
        var sealBytes = bytes.AsSpan(0, (int)member.Size).ToArray();
        if (SealBytes.TryParse(sealBytes, out var seal, out _) is false || !Fits(seal, id, member.Mtime)) return null;
        if (walk.LeafHash?.Invoke(leaf) is { } expected && MerkleTree.LeafHash(sealBytes) != expected) return null;
        var place = new Place(walk.Volume, (ulong)start, (ulong)(member.End - start), leaf);
        return new WalkedRecord(id, place, sealBytes, seal, [.. _members.Select(m => new StoredMember(m.Name, m.Data, m.Size))]);
    }

    private bool Fits(Seal seal, RecordId id, long mtime)
    {
        if (seal.Record != id || RecordLayout.MtimeOf(seal) != mtime || seal.Parts.Count != _members.Count) return false;
        for (var i = 0; i < _members.Count; i++)
        {
            var (part, member) = (seal.Parts[i], _members[i]);
            if (part.Name != member.Name || part.Size != member.Size || (walk.HashContent && part.Sha256 != member.Sha256)) return false;
        }

        return true;
    }

    private record struct ReadMember(string Name, long Header, int HeaderLength, long Size, long Mtime)
    {
        internal Digest Sha256;

        internal readonly long Data => Header + HeaderLength;

        internal readonly long End => Data + TarBlock.RoundUp(Size);
    }
}
