using System.Buffers.Text;
using Evidence.Core;
using Evidence.Core.Hashing;
using Evidence.Core.Seals;

namespace Evidence.Storage.Sweeping;

/// <summary>
/// Reads the headers and the seal of one record and holds them to each other; the bytes of the parts are hashed later, with those of many other records. Nothing passes that <see cref="RecordReader"/> would not pass.
/// Allocates nothing, and is not for several threads at once.
/// </summary>
internal sealed class RecordScan(uint volume)
{
    private readonly byte[] _prefix = RecordPath.Prefix(volume);
    private readonly HeaderTemplate _header = new();
    private readonly ScannedMember[] _members = new ScannedMember[SealScan.MostParts];
    private readonly ScannedPart[] _parts = new ScannedPart[SealScan.MostParts];
    private int _count;
    private long _mtime;

    /// <summary>Length of the record last read, in bytes.</summary>
    internal int Length { get; private set; }

    /// <summary>Its number.</summary>
    internal RecordId Record { get; private set; }

    /// <summary>Its number as text.</summary>
    internal MessageRange RecordText { get; private set; }

    /// <summary>Its leaf, as the seal's name says it.</summary>
    internal ulong Leaf { get; private set; }

    /// <summary>Where its seal lies.</summary>
    internal MessageRange Seal { get; private set; }

    /// <summary>The seal's name.</summary>
    internal MessageRange SealName { get; private set; }

    /// <summary>When it was received, in seconds from 1970.</summary>
    internal long ReceivedSeconds => _mtime;

    /// <summary>Its parts as the headers say them.</summary>
    internal ReadOnlySpan<ScannedMember> Members => _members.AsSpan(0, _count);

    /// <summary>Its parts as the seal says them.</summary>
    internal ReadOnlySpan<ScannedPart> Parts => _parts.AsSpan(0, _count);

    /// <summary>Reads the record at <paramref name="start"/>; false when not all of it is here and in order.</summary>
    internal bool TryRead(ReadOnlySpan<byte> bytes, int start)
    {
        if (!TryBegin(bytes[start..])) return false;
        RecordText = new MessageRange(start + RecordPath.RecordAt, RecordPath.RecordLength);
        for (var at = start; bytes.Length - at >= TarBlock.Size;)
        {
            var header = bytes.Slice(at, TarBlock.Size);
            if (!TryHeader(header, out var name, out var size)) return false;
            var data = at + TarBlock.Size;
            if (size > bytes.Length - data || data + TarBlock.RoundUp(size) > bytes.Length) return false;
            if (bytes.Slice(data + (int)size, TarBlock.Padding(size)).ContainsAnyExcept((byte)0)) return false;
            var range = new MessageRange(data, (int)size);
            at = (int)(data + TarBlock.RoundUp(size));
            if (name.Length == ScannedPart.NameLength)
            {
                if (_count == _members.Length) return false;
                _members[_count++] = new ScannedMember(ScannedPart.Pack(name), range);
                continue;
            }

            (Length, Seal, SealName) = (at - start, range, new MessageRange(data - TarBlock.Size + RecordPath.NameAt, name.Length));
            return TryLeaf(name) && IsSealed(bytes.Slice(range.Offset, range.Length));
        }

        return false;
    }

    private bool TryBegin(ReadOnlySpan<byte> bytes)
    {
        _count = 0;
        if (bytes.Length < TarBlock.Size || !bytes.StartsWith(_prefix) || bytes[RecordPath.NameAt - 1] != '/') return false;
        if (!SealScan.TryReadRecord(bytes.Slice(RecordPath.RecordAt, RecordPath.RecordLength), out var record) || !TarHeader.TryReadMtime(bytes, out _mtime)) return false;
        Record = record;
        _header.Begin(bytes[..RecordPath.NameAt], _mtime);
        return true;
    }

    private bool TryHeader(ReadOnlySpan<byte> header, out ReadOnlySpan<byte> name, out long size)
    {
        // Nearly all are parts. A name that ends earlier is none of a part, and does not come through.
        var names = header[RecordPath.NameAt..RecordPath.MaxLength];
        var length = names[ScannedPart.NameLength] == 0 ? ScannedPart.NameLength : names.IndexOf((byte)0);
        name = length > 0 ? names[..length] : default;
        return TarHeader.TryReadSize(header, out size) && length > 0 && _header.Matches(header, name);
    }

    private bool TryLeaf(ReadOnlySpan<byte> name)
    {
        if (name.Length <= 10 || !name.StartsWith("seal-"u8) || !name.EndsWith(".json"u8)) return false;
        var digits = name[5..^5];
        if (digits[0] is < (byte)'0' or > (byte)'9' || (digits[0] == '0' && digits.Length > 1)) return false;
        if (!Utf8Parser.TryParse(digits, out ulong leaf, out var read) || read != digits.Length) return false;
        Leaf = leaf;
        return true;
    }

    private bool IsSealed(ReadOnlySpan<byte> seal)
    {
        if (!SealScan.TryRead(seal, _parts, out var scanned) && !TryParse(seal, out scanned)) return false;
        if (scanned.Parts != _count || scanned.Record != Record || scanned.ReceivedSeconds != _mtime) return false;
        for (var i = 0; i < _count; i++)
            if (_parts[i].Name != _members[i].Name || _parts[i].Size != _members[i].Data.Length) return false;
        return true;
    }

    private bool TryParse(ReadOnlySpan<byte> bytes, out ScannedSeal scanned)
    {
        scanned = default;
        return SealBytes.TryParse(bytes, out var seal, out _) && SealScan.TryTake(seal, _parts, out scanned);
    }
}
