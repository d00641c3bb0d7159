using Evidence.Storage.Durable;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Volumes;

/// <summary>Reads seals at known places. Keeps the last volume open: leaves in order mostly lie side by side.</summary>
internal sealed class SealFinder(LogFolder files) : IDisposable
{
    private const int FirstRead = 4096;
    private const int MaxRead = (64 << 10) + TarBlock.Size;

    private uint _volume;
    private SafeFileHandle? _file;

    /// <summary>The bytes of the seal of the record at a place, or null when no seal member ends there.</summary>
    /// <exception cref="IOException">The volume is missing or cannot be read.</exception>
    internal byte[]? Read(Place place)
    {
        var file = Open(place.Volume);
        var length = (int)Math.Min(place.Length, MaxRead);
        return length > FirstRead ? Find(file, place, FirstRead) ?? Find(file, place, length) : Find(file, place, length);
    }

    public void Dispose() => _file?.Dispose();

    private SafeFileHandle Open(uint volume)
    {
        if (_file is not null && _volume == volume) return _file;
        _file?.Dispose();
        _file = null;
        _file = FileReads.Open(files.Volume(volume));
        _volume = volume;
        return _file;
    }

    // The seal is the record's last member: the last header in the record is its own.
    private static byte[]? Find(SafeFileHandle file, Place place, int length)
    {
        var bytes = new byte[length];
        if (FileReads.ReadFully(file, bytes, (long)(place.Offset + place.Length) - length) < length) return null;
        for (var at = length - (2 * TarBlock.Size); at >= 0; at -= TarBlock.Size)
        {
            if (bytes[at] != (byte)'v' || !TarHeader.TryRead(bytes.AsSpan(at), out var header)) continue;
            var ends = at + TarBlock.Size + TarBlock.RoundUp(header.Size) == length;
            if (!ends || !VolumeName.TryParseMember(header.Path, place.Volume, out _, out var member) || member != VolumeName.SealMember(place.Leaf)) return null;
            return bytes.AsSpan(at + TarBlock.Size, (int)header.Size).ToArray();
        }

        return null;
    }
}
