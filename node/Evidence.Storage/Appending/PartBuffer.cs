using System.Buffers;
using System.Security.Cryptography;
using Evidence.Core;

namespace Evidence.Storage.Appending;

/// <summary>A part's bytes in memory and their hash: the caller's own, or copies in pieces from the shared pool.</summary>
internal sealed class PartBuffer : IDisposable
{
    private const int SmallestPiece = 1 << 10;
    private const int LargestPiece = 1 << 20;

    private readonly ReadOnlyMemory<byte> _whole;
    private readonly List<(byte[] Bytes, int Used)>? _pieces;

    /// <summary>A part that is gathered from chunks.</summary>
    internal PartBuffer() => _pieces = [];

    /// <summary>A whole part, which stays where it is: its owner leaves it alone until the record is appended.</summary>
    internal PartBuffer(ReadOnlyMemory<byte> whole) => (_whole, Size) = (whole, whole.Length);

    /// <summary>Bytes so far.</summary>
    internal long Size { get; private set; }

    /// <summary>How many pieces there are.</summary>
    internal int Pieces => _pieces?.Count ?? 1;

    /// <summary>The bytes of a piece.</summary>
    internal ReadOnlyMemory<byte> Piece(int index) => _pieces is null ? _whole : _pieces[index].Bytes.AsMemory(0, _pieces[index].Used);

    /// <summary>Copies bytes behind those that are there.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="expected">How many are still to come with these, where it is known.</param>
    internal void Add(ReadOnlySpan<byte> bytes, long expected)
    {
        while (bytes.Length > 0)
        {
            if (_pieces!.Count == 0 || _pieces[^1].Used == _pieces[^1].Bytes.Length) Grow(Math.Max(bytes.Length, expected));
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
        if (Pieces <= 1) return Digest.Of(Pieces == 0 ? [] : Piece(0).Span);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendTo(hash);
        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>Adds all of it to a hash.</summary>
    internal void AppendTo(IncrementalHash hash)
    {
        for (var i = 0; i < Pieces; i++) hash.AppendData(Piece(i).Span);
    }

    public void Dispose()
    {
        if (_pieces is null) return;
        foreach (var (bytes, _) in _pieces) ArrayPool<byte>.Shared.Return(bytes);
        _pieces.Clear();
    }

    private void Grow(long wanted) =>
        _pieces!.Add((ArrayPool<byte>.Shared.Rent((int)Math.Clamp(Math.Max(wanted, Size), SmallestPiece, LargestPiece)), 0));
}
