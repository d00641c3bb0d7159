using System.Globalization;
using System.Security.Cryptography;
using Evidence.Core.Packages.Zip;
using Evidence.Core.Verification;

namespace Evidence.Core.Packages;

/// <summary>Holds what stands behind the members against the one directory that they give, by a running digest, so that any number of members takes the same memory.</summary>
internal sealed class DirectoryComparison : IDisposable
{
    private readonly IncrementalHash _expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    internal delegate int Reader(Span<byte> buffer);

    /// <summary>How many members there are.</summary>
    internal long Count { get; private set; }

    internal void Add(ZipEntry entry)
    {
        var header = entry.CentralHeader();
        _expected.AppendData(header);
        _length += header.Length;
        Count++;
    }

    /// <param name="start">The bytes of the directory that were read already.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="read">Reads on.</param>
    /// <param name="list">Takes what is found.</param>
    internal void Compare(byte[] start, long offset, Reader read, PackageFindings list)
    {
        var end = ZipDirectory.End(Count, _length, offset);
        _expected.AppendData(end);
        var (expected, actual) = (_length + end.Length, (long)start.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(start);
        var buffer = new byte[MemberDigest.BufferSize];
        for (int count; actual < expected && (count = read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, expected - actual)))) > 0; actual += count) hash.AppendData(buffer, 0, count);
        if (actual < expected)
            list.Error(FindingCodes.PackageMissing, "directory", "The file ends inside its directory.", Text(expected), Text(actual));
        else if (!hash.GetHashAndReset().AsSpan().SequenceEqual(_expected.GetHashAndReset()))
            list.Error(FindingCodes.PackageChanged, "directory", "The directory is not the one that the members give.");
        if (read(buffer.AsSpan(0, 1)) > 0) list.Error(FindingCodes.PackageUnexpected, "end of file", "There are bytes behind the end of the package.");
    }

    public void Dispose() => _expected.Dispose();

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
}
