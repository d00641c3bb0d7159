using System.Buffers.Binary;
using System.Globalization;
using Evidence.Core.Packages.Zip;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>
/// Walks a package once from front to back and holds every byte that is not a member's against the one form that it may have. Nothing is looked up in the central
/// directory: it is only compared. Nothing is unpacked to anywhere, so a member's name leads nowhere; and no size is believed before that many bytes were read.
/// </summary>
/// <param name="zip">The file, at its start.</param>
/// <param name="limits">Bounds.</param>
/// <param name="list">Takes what is found.</param>
/// <param name="accept">Takes each member; false when the walk is to stop behind it.</param>
internal sealed class PackageWalk(Stream zip, PackageLimits limits, PackageFindings list, Func<ReadMember, bool> accept) : IDisposable
{
    private const int MaxHeaderRest = ZipEntry.LocalFixedSize + 256, MaxReadme = 64 << 10;

    private readonly byte[] _buffer = new byte[MemberDigest.BufferSize];
    private readonly MemoryRoom _room = new(limits);
    private readonly DirectoryComparison _directory = new();
    private long _position;

    /// <summary>Whether the walk came to the end of the members; otherwise what is behind was not read.</summary>
    internal bool ReachedDirectory { get; private set; }

    internal void Run()
    {
        while (true)
        {
            var offset = _position;
            var start = ReadHeaderStart();
            if (_directory.Count > 0 && start.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == ZipEntry.CentralSignature)
            {
                ReachedDirectory = true;
                _directory.Compare(start, offset, ReadUpTo, list);
                return;
            }

            if (!ReadMember(start, offset)) return;
        }
    }

    public void Dispose() => _directory.Dispose();

    private byte[] ReadHeaderStart()
    {
        var start = new byte[ZipEntry.LocalFixedSize];
        return start[..ReadUpTo(start)];
    }

    /// <summary>Reads one member; false when the walk cannot go on.</summary>
    private bool ReadMember(byte[] start, long offset)
    {
        if (start.Length == 0 && _directory.Count > 0) return Stop(FindingCodes.PackageMissing, offset, "The file ends where a member or the directory should begin.", Severity.Error);
        if (_directory.Count == limits.MaxMembers) return Stop(FindingCodes.PackageTooLarge, offset, $"The package has more members than the limit of {limits.MaxMembers}.");
        var header = ReadHeaderRest(start);
        if (header is null || ZipEntry.ReadLocal(header, offset) is not { } entry)
            return _directory.Count == 0 ? StopUnknown() : Stop(FindingCodes.PackageUnreadable, offset, "Where a member or the directory should begin there is neither.");
        if (!header.AsSpan().SequenceEqual(entry.LocalHeader()))
            list.Error(FindingCodes.PackageChanged, PackageNames.Printable(entry.Name), "The member's header is not in the form that the format has.", Convert.ToHexStringLower(entry.LocalHeader()), Convert.ToHexStringLower(header));
        if (entry.Size > limits.MaxPackageBytes - _position) return Stop(FindingCodes.PackageTooLarge, offset, $"The member {PackageNames.Printable(entry.Name)} would exceed the limit of {limits.MaxPackageBytes} bytes.");
        return ReadData(entry);
    }

    private byte[]? ReadHeaderRest(byte[] start)
    {
        if (start.Length < ZipEntry.LocalFixedSize || BinaryPrimitives.ReadUInt32LittleEndian(start) != ZipEntry.LocalSignature) return null;
        var rest = ZipEntry.NameLength(start) + ZipEntry.ExtraLength(start);
        if (rest > MaxHeaderRest) return null;
        var header = new byte[start.Length + rest];
        start.CopyTo(header, 0);
        return ReadUpTo(header.AsSpan(start.Length)) == rest ? header : null;
    }

    private bool ReadData(ZipEntry entry)
    {
        var (offset, name) = (_position, MemberName.TryParse(entry.Name));
        using var digest = new MemberDigest();
        using var held = Hold(entry, name);
        while (digest.Size < entry.Size && ReadUpTo(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, entry.Size - digest.Size))) is > 0 and var read)
        {
            digest.Append(_buffer.AsSpan(0, read));
            held?.Write(_buffer, 0, read);
        }

        var member = new ReadMember(entry, name, offset, digest.Size, digest.Sha256, digest.Size == entry.Size ? held?.ToArray() : null);
        _directory.Add(entry);
        if (!member.IsWhole) list.Error(FindingCodes.PackageMissing, Place(_position), $"The file ends inside {member.Text}, after {member.Size} of {entry.Size} bytes.");
        else if (digest.Crc != entry.Crc)
            list.Error(FindingCodes.PackageChanged, member.Text, "The member's bytes do not have the CRC-32 in its header.", entry.Crc.ToString("x8", CultureInfo.InvariantCulture), digest.Crc.ToString("x8", CultureInfo.InvariantCulture));
        return accept(member) && member.IsWhole;
    }

    /// <summary>Small members are held, within the limits; content never is.</summary>
    private MemoryStream? Hold(ZipEntry entry, MemberName? name)
    {
        if (name is not { } known) return null;
        if (known.Place == MemberPlace.Readme) return entry.Size <= MaxReadme ? new MemoryStream() : null;
        if (!known.IsHeld) return null;
        if (_room.TryTake(known, entry.Size)) return new MemoryStream();
        list.Warning(FindingCodes.PackageTooLarge, PackageNames.Printable(entry.Name), "The member is larger than what may be held in memory, so it was not judged.", null, entry.Size.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private bool StopUnknown()
    {
        list.Warning(FindingCodes.PackageUnreadable, Place(0), "This is not an evidence package: it does not begin with a stored zip member.");
        return false;
    }

    private bool Stop(string code, long offset, string message, Severity severity = Severity.Warning)
    {
        if (severity == Severity.Error) list.Error(code, Place(offset), message);
        else list.Warning(code, Place(offset), message);
        return false;
    }

    private int ReadUpTo(Span<byte> buffer)
    {
        var read = zip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        _position += read;
        return read;
    }

    private static string Place(long offset) => string.Create(CultureInfo.InvariantCulture, $"byte {offset}");
}
