using System.Buffers;
using System.Buffers.Text;

namespace Evidence.Core.Seals;

/// <summary>
/// Reads seals without allocating, as a sweep over millions of them needs it. It knows the one byte form that RFC 8785 gives nearly all seals, and lets through nothing that <see cref="Seal.Parse"/> would refuse;
/// a seal that it does not know (a submitter with other than plain characters, very many parts) may be in order all the same and is for <see cref="Seal.Parse"/>.
/// </summary>
public ref struct SealScan
{
    /// <summary>The most parts that it reads.</summary>
    public const int MostParts = 64;

    private const int HexLength = 2 * Digest.Size;
    private const int RecordLength = 36;
    private const int TimeLength = 24;

    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)'\\'))]);
    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    private static readonly ulong MetadataName = ScannedPart.Pack("m0001"u8);

    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads a seal; false when it is not one of the known form.</summary>
    /// <param name="bytes">The seal's bytes, nothing before and nothing behind.</param>
    /// <param name="parts">Takes the parts; room for <see cref="MostParts"/>.</param>
    /// <param name="seal">What else it says.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, Span<ScannedPart> parts, out ScannedSeal seal)
    {
        seal = default;
        if (bytes.Length > Seal.MaxSize) return false;
        var scan = new SealScan { _rest = bytes };
        if (!scan.Take("{\"format\":\"evidence.seal/1\",\"parts\":["u8) || !scan.TryParts(parts, out var count)) return false;
        if (!scan.Take("],\"received\":\""u8) || !scan.TryTime(out var seconds)) return false;
        if (!scan.Take("\",\"record\":\""u8) || !scan.TryRecord(out var record)) return false;
        if (!scan.Take("\",\"submitter\":\""u8) || !scan.TrySubmitter()) return false;
        seal = new ScannedSeal(record, seconds, count);
        return KeepRules(parts[..count]);
    }

    /// <summary>What <see cref="TryRead"/> would give for a seal that was read otherwise.</summary>
    /// <param name="seal">The seal.</param>
    /// <param name="parts">Takes its parts; room for <see cref="MostParts"/>.</param>
    /// <param name="scanned">What else it says.</param>
    /// <returns>False when it has more parts.</returns>
    public static bool TryTake(Seal seal, Span<ScannedPart> parts, out ScannedSeal scanned)
    {
        scanned = new ScannedSeal(seal.Record, seal.Received.ToUnixTimeSeconds(), seal.Parts.Count);
        if (seal.Parts.Count > MostParts) return false;
        for (var i = 0; i < seal.Parts.Count; i++)
        {
            var part = seal.Parts[i];
            parts[i] = new ScannedPart(Pack(part.Name), part.Of is null ? 0 : Pack(part.Of), part.Role, part.Size, part.Sha256);
        }

        return true;
    }

    private static ulong Pack(string name)
    {
        Span<byte> bytes = stackalloc byte[ScannedPart.NameLength];
        System.Text.Encoding.ASCII.GetBytes(name, bytes);
        return ScannedPart.Pack(bytes);
    }

    private bool TryParts(Span<ScannedPart> parts, out int count)
    {
        count = 0;
        do
        {
            if (count == MostParts || !TryPart(out parts[count])) return false;
            count++;
        }
        while (Take(","u8));
        return true;
    }

    private bool TryPart(out ScannedPart part)
    {
        part = default;
        if (!Take("{\"name\":\""u8) || !TryName(out var name, out var letter) || RoleOf(letter) is not { } role) return false;
        ulong of = 0;
        if (role is PartRole.Signature or PartRole.Certificates or PartRole.Timestamp && !(Take("\",\"of\":\""u8) && TryName(out of, out _))) return false;
        if (!Take(RoleText(role)) || !TryDigest(out var sha256) || !Take("\",\"size\":"u8) || !TrySize(out var size)) return false;
        part = new ScannedPart(name, of, role, size, sha256);
        return (role != PartRole.Signature || TryType()) && Take("}"u8);
    }

    private bool TryName(out ulong name, out byte letter)
    {
        (name, letter) = (0, 0);
        if (_rest.Length < ScannedPart.NameLength) return false;
        var digits = _rest.Slice(1, 4);
        if (digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') || digits.SequenceEqual("0000"u8)) return false;
        (name, letter) = (ScannedPart.Pack(_rest), _rest[0]);
        _rest = _rest[ScannedPart.NameLength..];
        return true;
    }

    private bool TryDigest(out Digest sha256)
    {
        sha256 = default;
        if (_rest.Length < HexLength || _rest[..HexLength].ContainsAnyExcept(LowerHex)) return false;
        Span<byte> bytes = stackalloc byte[Digest.Size];
        if (Convert.FromHexString(_rest[..HexLength], bytes, out _, out _) != OperationStatus.Done) return false;
        sha256 = new Digest(bytes);
        _rest = _rest[HexLength..];
        return true;
    }

    private bool TrySize(out long size)
    {
        if (!Utf8Parser.TryParse(_rest, out size, out var digits) || size is < 0 or > SealRules.MaxPartSize) return false;
        var canonical = _rest[0] is >= (byte)'1' and <= (byte)'9' || (digits == 1 && _rest[0] == (byte)'0');
        _rest = _rest[digits..];
        return canonical;
    }

    private bool TryType()
    {
        if (!Take(",\"type\":\""u8)) return false;
        foreach (var type in SignatureTypes.Utf8)
            if (_rest.StartsWith(type) && _rest.Length > type.Length && _rest[type.Length] == (byte)'"')
            {
                _rest = _rest[(type.Length + 1)..];
                return true;
            }

        return false;
    }

    private bool TryTime(out long seconds)
    {
        seconds = 0;
        if (_rest.Length < TimeLength) return false;
        var text = _rest[..TimeLength];
        _rest = _rest[TimeLength..];
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[23] != 'Z') return false;
        if (!(Number(text, 0, 4, out var year) && Number(text, 5, 2, out var month) && Number(text, 8, 2, out var day))) return false;
        if (!(Number(text, 11, 2, out var hour) && Number(text, 14, 2, out var minute) && Number(text, 17, 2, out var second) && Number(text, 20, 3, out _))) return false;
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> text, int at, int digits, out int number)
    {
        number = 0;
        for (var i = at; i < at + digits; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + text[i] - '0';
        }

        return true;
    }

    private bool TryRecord(out RecordId record)
    {
        record = default;
        if (_rest.Length < RecordLength || !TryReadRecord(_rest[..RecordLength], out record)) return false;
        _rest = _rest[RecordLength..];
        return true;
    }

    /// <summary>Reads a record's number as it is always written: 36 lower-case characters with hyphens.</summary>
    /// <param name="text">36 bytes of ASCII.</param>
    /// <param name="record">The number.</param>
    public static bool TryReadRecord(ReadOnlySpan<byte> text, out RecordId record)
    {
        record = default;
        if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
        Span<byte> hex = stackalloc byte[2 * RecordId.Size], bytes = stackalloc byte[RecordId.Size];
        text[..8].CopyTo(hex);
        text[9..13].CopyTo(hex[8..]);
        text[14..18].CopyTo(hex[12..]);
        text[19..23].CopyTo(hex[16..]);
        text[24..].CopyTo(hex[20..]);
        if (hex.ContainsAnyExcept(LowerHex) || Convert.FromHexString(hex, bytes, out _, out _) != OperationStatus.Done) return false;
        record = RecordId.FromBytes(bytes);
        return true;
    }

    private bool TrySubmitter() =>
        _rest.Length >= 2 && _rest[^2] == (byte)'"' && _rest[^1] == (byte)'}' && !_rest[..^2].ContainsAnyExcept(Plain);

    private static bool KeepRules(ReadOnlySpan<ScannedPart> parts)
    {
        var hasContent = false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (Find(parts[..i], parts[i].Name) >= 0) return false;
            if (parts[i].Of != 0 && !RefersRightly(parts[i], parts)) return false;
            if (parts[i].Role == PartRole.Metadata && parts[i].Name != MetadataName) return false;
            hasContent |= parts[i].Role == PartRole.Content;
        }

        return hasContent;
    }

    private static bool RefersRightly(in ScannedPart part, ReadOnlySpan<ScannedPart> parts) =>
        Find(parts, part.Of) is >= 0 and var of && parts[of].Role == (part.Role == PartRole.Signature ? PartRole.Content : PartRole.Signature);

    private static int Find(ReadOnlySpan<ScannedPart> parts, ulong name)
    {
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].Name == name) return i;
        return -1;
    }

    private static PartRole? RoleOf(byte letter) => letter switch
    {
        (byte)'c' => PartRole.Content,
        (byte)'s' => PartRole.Signature,
        (byte)'k' => PartRole.Certificates,
        (byte)'t' => PartRole.Timestamp,
        (byte)'m' => PartRole.Metadata,
        _ => null,
    };

    private static ReadOnlySpan<byte> RoleText(PartRole role) => role switch
    {
        PartRole.Content => "\",\"role\":\"content\",\"sha256\":\""u8,
        PartRole.Signature => "\",\"role\":\"signature\",\"sha256\":\""u8,
        PartRole.Certificates => "\",\"role\":\"certificates\",\"sha256\":\""u8,
        PartRole.Timestamp => "\",\"role\":\"timestamp\",\"sha256\":\""u8,
        _ => "\",\"role\":\"metadata\",\"sha256\":\""u8,
    };

    private bool Take(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text)) return false;
        _rest = _rest[text.Length..];
        return true;
    }
}
