using System.Security.Cryptography;
using System.Text;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Ledger;

namespace Evidence.Tests.Ledger;

/// <summary>A log in memory, with the keys to sign and to anchor it.</summary>
internal sealed class TestLog : INodeSource
{
    private readonly Digest[] _leaves;

    internal TestLog(int leaves, string fork = "")
    {
        _leaves = [.. Enumerable.Range(0, leaves).Select(i => MerkleTree.LeafHash(Encoding.UTF8.GetBytes($"leaf {i}{fork}")))];
        Origin = $"test.local/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        Signer = new LogSigner(Origin, RandomNumberGenerator.GetBytes(32));
    }

    private TestLog(TestLog other, int from)
    {
        _leaves = [.. other._leaves];
        for (var i = from; i < _leaves.Length; i++) _leaves[i] = MerkleTree.LeafHash(Encoding.UTF8.GetBytes($"another leaf {i}"));
        (Origin, Signer, Operator) = (other.Origin, other.Signer, other.Operator);
    }

    internal string Origin { get; }

    internal LogSigner Signer { get; }

    internal OperatorKey Operator { get; } = AnvilFixture.NewKey();

    internal Digest Id => Signer.Key.LogId;

    public Digest Node(int level, ulong index) => MerkleTree.Root(_leaves.AsSpan((int)(index << level), 1 << level));

    internal Digest RootAt(ulong size) => TreeRoot.At(size, this);

    internal IReadOnlyList<Digest> Proof(ulong oldSize, ulong newSize) => oldSize == 0 ? [] : ConsistencyProof.Make(oldSize, newSize, this);

    internal string CheckpointAt(ulong size) => new Checkpoint(Origin, size, RootAt(size)).SignedBy(Signer).Encode();

    /// <summary>The same log, with other leaves from one on: a history that was rewritten.</summary>
    internal TestLog ForkedFrom(int leaf) => new(this, leaf);

    internal Task<string> SubmitAsync(ILedger ledger, ulong oldSize, ulong newSize, CancellationToken ct = default) =>
        ledger.SubmitAnchorAsync(Operator, Id, newSize, RootAt(newSize), Proof(oldSize, newSize), ct);
}
