using Evidence.Core.Verification;

namespace Evidence.Core.Volumes;

/// <summary>Compares the closing members and end blocks of a volume with what its records give.</summary>
/// <param name="window">The volume.</param>
/// <param name="walk">What is walked.</param>
/// <param name="totals">What the records gave, or null when not all seals could be read: then the tag files are held to each other.</param>
internal sealed class ClosingReader(SourceWindow window, VolumeWalk walk, BagTotals? totals)
{
    private const int MaxTagFile = 64 << 10; // bag-info.txt and tagmanifest have a few hundred bytes

    private readonly List<Finding> _findings = [];
    private long _at;
    private long? _mtime = totals?.LastReceived.ToUnixTimeSeconds();

    /// <summary>Whether the last read came to the end of the volume before the closing members did.</summary>
    internal bool RanOut { get; private set; }

    /// <summary>Compares what lies at <paramref name="start"/>; null when the closing members are cut off or cannot be made out.</summary>
    internal async ValueTask<WalkedItem?> ReadAsync(long start, CancellationToken ct)
    {
        _at = start;
        var info = totals is null ? null : BagTags.InfoBytes(totals, walk.Origin, walk.Volume);
        if (await SmallAsync(BagTags.Declaration, BagTags.DeclarationBytes, ct) is null) return null;
        if (await SmallAsync(BagTags.Info, info, ct) is not { } infoRead) return null;
        if (await ManifestAsync(ct) is not { } manifest) return null;
        if (await SmallAsync(BagTags.TagManifest, BagTags.TagManifestBytes(Digest.Of(info ?? infoRead), manifest), ct) is null) return null;
        if (!Has(TarBlock.EndSize)) return null;
        if (!await window.IsZeroAsync(_at, TarBlock.EndSize, ct)) _findings.Add(WalkFindings.Range(FindingCodes.VolumeChanged, walk.Volume, _at, TarBlock.EndSize, "The blocks that end the volume are not zero."));
        _at += TarBlock.EndSize;
        return new WalkedItem(WalkedKind.Closing, start, _at - start, null, _findings);
    }

    private async ValueTask<byte[]?> SmallAsync(string file, byte[]? expected, CancellationToken ct)
    {
        if (await HeaderAsync(file, expected?.Length, ct) is not { } size || size > MaxTagFile || !Has(size)) return null;
        var read = (await window.ReadAsync(_at, (int)size, ct)).ToArray();
        if (expected is not null && !read.AsSpan().SequenceEqual(expected)) AddFinding(file, _at, size);
        return await SkipAsync(file, size, ct) ? read : null;
    }

    private async ValueTask<Digest?> ManifestAsync(CancellationToken ct)
    {
        if (await HeaderAsync(BagTags.Manifest, totals?.ManifestLength, ct) is not { } size || !Has(size)) return null;
        var read = await window.HashAsync(_at, size, ct);
        var expected = totals?.ManifestSha256 ?? read;
        if (read != expected) AddFinding(BagTags.Manifest, _at, size);
        return await SkipAsync(BagTags.Manifest, size, ct) ? expected : null;
    }

    /// <summary>Compares the header and goes past it. The result is the member's size: the expected one, or the one that the header says; null when there is neither.</summary>
    private async ValueTask<long?> HeaderAsync(string file, long? expectedSize, CancellationToken ct)
    {
        var path = VolumeName.Tag(walk.Volume, file);
        if (!Has(TarBlock.Size)) return null;
        var bytes = await window.ReadAsync(_at, MemberHeader.MaxLength, ct);
        var readable = MemberHeader.TryRead(bytes.Span, out var header) && header.Path == path;
        _mtime ??= readable ? header.Mtime : null;
        if ((expectedSize ?? (readable ? header.Size : null)) is not { } size || _mtime is not { } mtime) return null;
        if (!readable || header.Size != size || header.Mtime != mtime) _findings.Add(WalkFindings.Header(path, window.UnreadableIn(_at, TarBlock.Size)));
        _at += MemberHeader.Length(size);
        return size;
    }

    private async ValueTask<bool> SkipAsync(string file, long size, CancellationToken ct)
    {
        _at += size;
        var padding = TarBlock.Padding(size);
        if (!Has(padding)) return false;
        if (!await window.IsZeroAsync(_at, padding, ct)) _findings.Add(WalkFindings.Padding(VolumeName.Tag(walk.Volume, file), window.UnreadableIn(_at, padding)));
        _at += padding;
        return true;
    }

    private bool Has(long length)
    {
        RanOut = _at + length > window.End;
        return !RanOut;
    }

    private void AddFinding(string file, long offset, long length) => _findings.Add(WalkFindings.Tag(VolumeName.Tag(walk.Volume, file), window.UnreadableIn(offset, length)));
}
