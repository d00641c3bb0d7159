using System.Buffers;
using System.Security.Cryptography;
using Evidence.Core;

namespace Evidence.Storage.Appending;

/// <summary>A part's bytes in memory, in pieces from the shared pool, and its hash.</summary>
internal sealed class PartBuffer : IDisposable
{
    private const int SmallestPiece = 1 << 10;
    private const int LargestPiece = 1 << 20;

    private readonly List<(byte[] Bytes, int Used)> _pieces = [];

    /// <summary>Bytes so far.</summary>
    internal long Size { get; private set; }

    /// <summary>The pieces in order.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Pieces => _pieces.Select(p => (ReadOnlyMemory<byte>)p.Bytes.AsMemory(0, p.Used));

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="expected">How many are still to come with these, where it is known.</param>
    internal void Add(ReadOnlySpan<byte> bytes, long expected)
    {
        while (bytes.Length > 0)
        {
            if (_pieces.Count == 0 || _pieces[^1].Used == _pieces[^1].Bytes.Length) Grow(Math.Max(bytes.Length, expected));
            var (piece, used) = _pieces[^1];
            var taken = Math.Min(bytes.Length, piece.Length - used);
            bytes[..taken].CopyTo(piece.AsSpan(used));
            _pieces[^1] = (piece, used + taken);
            Size += taken;
            expected -= taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>SHA-256 of all of it.</summary>
    internal Digest Hash()
    {
        if (_pieces.Count == 0) return Digest.Of([]);
        if (_pieces.Count == 1) return Digest.Of(_pieces[0].Bytes.AsSpan(0, _pieces[0].Used));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces) hash.AppendData(piece.Span);
        return new Digest(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        foreach (var (bytes, _) in _pieces) ArrayPool<byte>.Shared.Return(bytes);
        _pieces.Clear();
    }

    private void Grow(long wanted) =>
        _pieces.Add((ArrayPool<byte>.Shared.Rent((int)Math.Clamp(Math.Max(wanted, Size), SmallestPiece, LargestPiece)), 0));
}
