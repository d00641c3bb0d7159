using System.Buffers.Binary;
using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>
/// Walks a package once from front to back and holds every byte that is not a member's against the one form that it may have. Nothing is looked up in the central
/// directory: it is only compared. Nothing is unpacked to anywhere, so a member's name leads nowhere.
/// </summary>
internal sealed class PackageWalk
{
    private const int MaxHeader = ZipEntry.LocalFixedSize + 256;

    private readonly Stream _zip;
    private readonly PackageLimits _limits;
    private readonly FindingList _list;
    private readonly byte[] _buffer = new byte[MemberDigest.BufferSize];
    private readonly List<ReadMember> _members = [];
    private long _position;
    private int _held;

    internal PackageWalk(Stream zip, PackageLimits limits, FindingList list) => (_zip, _limits, _list) = (zip, limits, list);

    internal IReadOnlyList<ReadMember> Members => _members;

    /// <summary>Whether the walk came to the end of the members; otherwise what is behind was not read.</summary>
    internal bool ReachedDirectory { get; private set; }

    internal void Run()
    {
        while (true)
        {
            var offset = _position;
            var start = ReadHeaderStart();
            if (start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == ZipEntry.CentralSignature)
            {
                ReachedDirectory = true;
                CompareDirectory(start, offset);
                return;
            }

            if (!ReadMember(start, offset)) return;
        }
    }

    private byte[] ReadHeaderStart()
    {
        var start = new byte[ZipEntry.LocalFixedSize];
        return start[..ReadUpTo(start)];
    }

    /// <summary>Reads one member; false when the walk cannot go on.</summary>
    private bool ReadMember(byte[] start, long offset)
    {
        if (start.Length == 0 && _members.Count > 0) return Stop(FindingCodes.PackageMissing, offset, "The file ends where a member or the directory should begin.", Severity.Error);
        if (_members.Count == _limits.MaxMembers) return Stop(FindingCodes.PackageTooLarge, offset, $"The package has more members than the limit of {_limits.MaxMembers}.");
        var header = ReadHeaderRest(start);
        if (header is null || ZipEntry.ReadLocal(header, offset) is not { } entry)
            return _members.Count == 0 ? StopUnknown() : Stop(FindingCodes.PackageUnreadable, offset, "Where a member or the directory should begin there is neither.");
        if (!header.AsSpan().SequenceEqual(entry.LocalHeader()))
            _list.Error(FindingCodes.PackageChanged, Printable(entry.Name), "The member's header is not in the form that the format has.", Convert.ToHexStringLower(entry.LocalHeader()), Convert.ToHexStringLower(header));
        if (entry.Size > _limits.MaxPackageBytes - _position) return Stop(FindingCodes.PackageTooLarge, offset, $"The member {Printable(entry.Name)} would exceed the limit of {_limits.MaxPackageBytes} bytes.");
        return ReadData(entry);
    }

    private byte[]? ReadHeaderRest(byte[] start)
    {
        if (start.Length < ZipEntry.LocalFixedSize || BinaryPrimitives.ReadUInt32LittleEndian(start) != ZipEntry.LocalSignature) return null;
        var rest = ZipEntry.NameLength(start) + ZipEntry.ExtraLength(start);
        if (rest > MaxHeader) return null;
        var header = new byte[start.Length + rest];
        start.CopyTo(header, 0);
        return ReadUpTo(header.AsSpan(start.Length)) == rest ? header : null;
    }

    private bool ReadData(ZipEntry entry)
    {
        var offset = _position;
        using var digest = new MemberDigest();
        using var held = Hold(entry);
        while (digest.Size < entry.Size && ReadUpTo(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, entry.Size - digest.Size))) is > 0 and var read)
        {
            digest.Append(_buffer.AsSpan(0, read));
            held?.Write(_buffer, 0, read);
        }

        var member = new ReadMember(entry, offset, digest.Size, digest.Sha256, held?.ToArray());
        _members.Add(member);
        if (!member.IsWhole) return Stop(FindingCodes.PackageMissing, _position, $"The file ends inside {Printable(entry.Name)}, after {member.Size} of {entry.Size} bytes.", Severity.Error);
        if (digest.Crc != entry.Crc)
            _list.Error(FindingCodes.PackageChanged, Printable(entry.Name), "The member's bytes do not have the CRC-32 in its header.", entry.Crc.ToString("x8", CultureInfo.InvariantCulture), digest.Crc.ToString("x8", CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Small members are held, within the limits; content never is.</summary>
    private MemoryStream? Hold(ZipEntry entry)
    {
        if (PackageNames.IsContent(entry.Name)) return null;
        if (entry.Size > _limits.MaxSmallMemberBytes || entry.Size > _limits.MaxMemoryBytes - _held)
        {
            _list.Warning(FindingCodes.PackageTooLarge, Printable(entry.Name), "The member is larger than what may be held in memory, so it was not judged.", null, entry.Size.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        _held += (int)entry.Size;
        return new MemoryStream();
    }

    private void CompareDirectory(byte[] start, long offset)
    {
        var expected = ZipDirectory.Encode([.. _members.Select(static member => member.Entry)], offset);
        var actual = new byte[expected.Length + 1];
        start.CopyTo(actual, 0);
        var length = start.Length + ReadUpTo(actual.AsSpan(start.Length));
        if (length < expected.Length)
            _list.Error(FindingCodes.PackageMissing, "directory", "The file ends inside its directory.", $"{expected.Length} bytes", $"{length} bytes");
        if (length > expected.Length)
            _list.Error(FindingCodes.PackageUnexpected, "end of file", "There are bytes behind the end of the package.");
        var common = Math.Min(length, expected.Length);
        var same = actual.AsSpan(0, common).CommonPrefixLength(expected);
        if (same < common)
            _list.Error(FindingCodes.PackageChanged, Place(offset + same), "The directory is not the one that the members give.", expected[same].ToString("x2", CultureInfo.InvariantCulture), actual[same].ToString("x2", CultureInfo.InvariantCulture));
    }

    private bool StopUnknown()
    {
        _list.Warning(FindingCodes.PackageUnreadable, Place(0), "This is not an evidence package: it does not begin with a stored zip member.");
        return false;
    }

    private bool Stop(string code, long offset, string message, Severity severity = Severity.Warning)
    {
        if (severity == Severity.Error) _list.Error(code, Place(offset), message);
        else _list.Warning(code, Place(offset), message);
        return false;
    }

    private int ReadUpTo(Span<byte> buffer)
    {
        var read = _zip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        _position += read;
        return read;
    }

    private static string Place(long offset) => string.Create(CultureInfo.InvariantCulture, $"byte {offset}");

    /// <summary>A name from a header that may be anything, so that it cannot write on the reader's terminal.</summary>
    internal static string Printable(string name) => string.Concat(name.Select(static c => c is > ' ' and < '\x7f' ? c : '?'));
}
