using Evidence.Core;
using Evidence.Core.Hashing;

namespace Evidence.Storage.Tree;

/// <summary>Seals that are hashed to leaves together.</summary>
internal sealed class SealBatch
{
    internal const int Most = 1024;

    private readonly List<byte[]> _seals = new(Most);
    private readonly MessageRange[] _ranges = new MessageRange[Most];
    private readonly Digest[] _hashes = new Digest[Most];
    private byte[] _bytes = [];

    internal int Count => _seals.Count;

    internal bool IsFull => _seals.Count == Most;

    internal void Add(byte[] seal) => _seals.Add(seal);

    /// <summary>Hands each seal and its leaf hash over, in order, and begins anew.</summary>
    internal void Drain(BulkSha256 by, Action<byte[], Digest> take)
    {
        Pack();
        by.HashLeaves(_bytes, _ranges.AsSpan(0, _seals.Count), _hashes.AsSpan(0, _seals.Count));
        for (var i = 0; i < _seals.Count; i++) take(_seals[i], _hashes[i]);
        _seals.Clear();
    }

    private void Pack()
    {
        var length = _seals.Sum(s => s.Length);
        if (_bytes.Length < length) _bytes = new byte[length * 2];
        var at = 0;
        for (var i = 0; i < _seals.Count; at += _seals[i++].Length)
        {
            _seals[i].CopyTo(_bytes, at);
            _ranges[i] = new MessageRange(at, _seals[i].Length);
        }
    }
}
