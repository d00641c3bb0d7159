using System.Globalization;
using System.Text;

namespace Evidence.Core.Volumes;

/// <summary>Paths of the members of one record, as <see cref="VolumeName"/> makes them, written into one buffer.</summary>
internal ref struct MemberPath
{
    /// <summary>The longest path: volume, data, record, and the seal of the last leaf there can be.</summary>
    internal const int MaxLength = 11 + 6 + 36 + 1 + 5 + 20 + 5;

    private readonly Span<byte> _bytes;
    private readonly int _folder;

    internal MemberPath(Span<byte> buffer, uint volume, RecordId record)
    {
        _bytes = buffer;
        _bytes[0] = (byte)'v';
        volume.TryFormat(_bytes[1..], out _, "D10", CultureInfo.InvariantCulture);
        "/data/"u8.CopyTo(_bytes[11..]);
        record.Value.TryFormat(_bytes[17..], out var written, "D");
        _folder = 17 + written;
        _bytes[_folder++] = (byte)'/';
    }

    /// <summary>Path of a part. Valid until the next call.</summary>
    internal readonly ReadOnlySpan<byte> Of(string member) => _bytes[..(_folder + Encoding.ASCII.GetBytes(member, _bytes[_folder..]))];

    /// <summary>Path of the seal. Valid until the next call.</summary>
    internal readonly ReadOnlySpan<byte> OfSeal(ulong leaf)
    {
        "seal-"u8.CopyTo(_bytes[_folder..]);
        leaf.TryFormat(_bytes[(_folder + 5)..], out var digits, default, CultureInfo.InvariantCulture);
        ".json"u8.CopyTo(_bytes[(_folder + 5 + digits)..]);
        return _bytes[..(_folder + digits + 10)];
    }
}
