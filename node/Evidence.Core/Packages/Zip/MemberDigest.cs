using System.Security.Cryptography;

namespace Evidence.Core.Packages.Zip;

/// <summary>Size, CRC-32 and SHA-256 of a member's bytes, taken while they stream by.</summary>
internal sealed class MemberDigest : IDisposable
{
    internal const int BufferSize = 128 * 1024;

    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Crc32 _crc;

    internal long Size { get; private set; }

    internal uint Crc => _crc.Value;

    internal Digest Sha256 => new(_sha256.GetCurrentHash());

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        _crc.Append(bytes);
        _sha256.AppendData(bytes);
        Size += bytes.Length;
    }

    public void Dispose() => _sha256.Dispose();
}
