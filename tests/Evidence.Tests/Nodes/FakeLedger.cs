using System.Buffers.Binary;
using System.Collections.Concurrent;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Log;
using Evidence.Ledger;

namespace Evidence.Tests.Nodes;

/// <summary>
/// A ledger in memory that keeps to the contract's rules and whose blocks prove: headers and receipts are real, nobody seals them.
/// <see cref="Failure"/> is asked before every call and may make it fail.
/// </summary>
internal sealed class FakeLedger(TimeProvider time) : ILedger
{
    internal const ulong ChainId = 31337;
    internal const string Contract = "0x00000000000000000000000000000000000000aa";
    internal static readonly string Genesis = "0x" + new string('7', 64);

    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, FakeLog> _logs = [];
    private ulong _height = 1;
    private long _blockTime;
    private byte[] _parent = new byte[32];

    /// <summary>Given the name of a call, the exception that it ends with; null lets it through.</summary>
    internal Func<string, Exception?>? Failure { get; set; }

    /// <summary>The number of anchors that it claims to have of every log; null: the true one.</summary>
    internal ulong? ClaimedCount { get; set; }

    /// <summary>What it lists of every log from an index on, so many at most; null: the truth.</summary>
    internal Func<ulong, int, IEnumerable<LedgerAnchor>>? Listing { get; set; }

    /// <summary>The signed checkpoints with which anchors were to be captured.</summary>
    internal ConcurrentQueue<string> Checkpoints { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<SetAsideEndpoint> SetAside { get; set; } = [];

    /// <inheritdoc/>
    public LedgerAssurance? Assurance { get; set; }

    /// <inheritdoc/>
    public bool IsProvable { get; set; }

    /// <summary>How many anchors were handed in and accepted.</summary>
    internal int Submitted { get; private set; }

    /// <summary>How many attestations were handed in and accepted.</summary>
    internal int Attested { get; private set; }

    internal static LedgerUnreachableException Unreachable => new("no endpoint answered (fake)");

    internal void Register(Digest logId, string operatorAddress, string origin)
    {
        lock (_gate) _logs[logId] = new FakeLog(operatorAddress, origin);
    }

    /// <summary>Anchors as the ledger has them now.</summary>
    internal IReadOnlyList<LedgerAnchor> Anchors(Digest logId)
    {
        lock (_gate) return _logs.TryGetValue(logId, out var log) ? [.. log.Blocks.Select(b => b.Anchor)] : [];
    }

    /// <summary>Sets the chain back: of this log's anchors only the first <paramref name="count"/> are left.</summary>
    internal void RollBack(Digest logId, int count)
    {
        lock (_gate)
        {
            var blocks = _logs[logId].Blocks;
            blocks.RemoveRange(count, blocks.Count - count);
            _height = blocks.Count == 0 ? 1 : blocks[^1].Anchor.BlockNumber + 1;
        }
    }

    /// <summary>Closes a log, as the consortium does, in favour of a successor.</summary>
    internal void CloseLog(Digest logId, Digest successor)
    {
        lock (_gate) _logs[logId].Successor = successor;
    }

    /// <summary>Puts an anchor on the chain that nobody proved, as a broken contract would.</summary>
    internal void Forge(Digest logId, ulong size, Digest root)
    {
        lock (_gate) Mine(logId, size, root);
    }

    /// <summary>Puts an attestation on the chain that nobody checked.</summary>
    internal void State(Digest logId, LedgerAttestation attestation)
    {
        lock (_gate) _logs[logId].Attestations[attestation.Replica] = attestation;
    }

    public Task<LedgerStatus> StatusAsync(CancellationToken ct) => Answer(nameof(StatusAsync), () =>
        new LedgerStatus(new Uri("http://127.0.0.1"), ChainId, Genesis, _height - 1, "0x" + Convert.ToHexStringLower(_parent), DateTimeOffset.FromUnixTimeSeconds(_blockTime)));

    public Task<LedgerLog?> LogInfoAsync(Digest logId, CancellationToken ct) => Answer(nameof(LogInfoAsync), () =>
        _logs.TryGetValue(logId, out var log) ? new LedgerLog(logId, log.Operator, log.Origin, (ulong)log.Blocks.Count) { Successor = log.Successor } : null);

    public Task<ulong> AnchorCountAsync(Digest logId, CancellationToken ct) => Answer(nameof(AnchorCountAsync), () => ClaimedCount ?? (ulong)Anchors(logId).Count);

    public Task<IReadOnlyList<LedgerAnchor>> AnchorsAsync(Digest logId, ulong from, int count, CancellationToken ct) =>
        Answer<IReadOnlyList<LedgerAnchor>>(nameof(AnchorsAsync), () => [.. Listing?.Invoke(from, count) ?? Anchors(logId).Skip((int)Math.Min(from, int.MaxValue)).Take(count)]);

    public Task<LedgerAnchor?> LatestAsync(Digest logId, CancellationToken ct) => Answer(nameof(LatestAsync), () => Anchors(logId).LastOrDefault());

    public Task<string> SubmitAnchorAsync(OperatorKey key, Digest logId, ulong size, Digest root, IReadOnlyList<Digest> proof, CancellationToken ct) =>
        Answer(nameof(SubmitAnchorAsync), () =>
        {
            if (!_logs.TryGetValue(logId, out var log)) throw new LedgerRejectedException("The log is not registered.", "UnknownLog");
            if (!string.Equals(log.Operator, key.Address, StringComparison.OrdinalIgnoreCase)) throw new LedgerRejectedException("Not the operator.", "NotOperator");
            var last = log.Blocks.LastOrDefault()?.Anchor;
            if (size <= (last?.Size ?? 0)) throw new LedgerRejectedException("The size does not grow.", "SizeNotGrowing");
            var consistent = last is null ? proof.Count == 0 : ConsistencyProof.Verify(last.Size, last.Root, size, root, proof);
            if (!consistent) throw new LedgerRejectedException("The tree does not extend the anchored one.", "InconsistentHistory");
            Submitted++;
            return "0x" + Convert.ToHexStringLower(Mine(logId, size, root).Transaction);
        });

    public Task<AnchorProof> CaptureAsync(string transactionHash, Digest logId, string checkpoint, CancellationToken ct) => Answer(nameof(CaptureAsync), () =>
        Proof(logId, _logs[logId].Blocks.Single(b => "0x" + Convert.ToHexStringLower(b.Transaction) == transactionHash), checkpoint));

    public Task<AnchorProof?> CaptureBySizeAsync(Digest logId, ulong size, string checkpoint, CancellationToken ct) => Answer(nameof(CaptureBySizeAsync), () =>
    {
        Checkpoints.Enqueue(checkpoint);
        return _logs[logId].Blocks.Find(b => b.Anchor.Size == size) is { } block ? Proof(logId, block, checkpoint) : null;
    });

    public Task<string> AttestAsync(OperatorKey replica, Digest logId, ulong size, Digest root, CancellationToken ct) => Answer(nameof(AttestAsync), () =>
    {
        if (!_logs.Values.Any(log => string.Equals(log.Operator, replica.Address, StringComparison.OrdinalIgnoreCase)))
            throw new LedgerRejectedException("Neither a member nor an operator.", "NotReplica");
        var log = _logs[logId];
        if (!log.Blocks.Exists(block => block.Anchor.Size == size && block.Anchor.Root == root)) throw new LedgerRejectedException("No such anchor.", "NotAnchored");
        if (log.Attestations.GetValueOrDefault(replica.Address)?.Size >= size) throw new LedgerRejectedException("Not newer.", "AlreadyAttested");
        log.Attestations[replica.Address] = new LedgerAttestation(replica.Address, size, _height++, time.GetUtcNow());
        Attested++;
        return "0x" + new string('0', 64);
    });

    public Task<IReadOnlyList<LedgerAttestation>> AttestationsAsync(Digest logId, CancellationToken ct) =>
        Answer<IReadOnlyList<LedgerAttestation>>(nameof(AttestationsAsync), () => _logs.TryGetValue(logId, out var log) ? [.. log.Attestations.Values] : []);

    private Task<T> Answer<T>(string call, Func<T> answer)
    {
        if (Failure?.Invoke(call) is { } failure) return Task.FromException<T>(failure);
        try
        {
            lock (_gate) return Task.FromResult(answer());
        }
        catch (LedgerException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private FakeBlock Mine(Digest logId, ulong size, Digest root)
    {
        var log = _logs[logId];
        var anchored = new AnchoredEvent(logId, size, root, log.Blocks.LastOrDefault()?.Anchor.Size ?? 0);
        var receipt = new Receipt(2, [1], 21_000, new byte[256], [anchored.ToLogEntry(Convert.FromHexString(Contract[2..]))]).Encode();
        var trie = ReceiptTrie.Build([receipt]);
        // A block is never earlier than any before it, also after the chain was set back.
        _blockTime = Math.Max(_blockTime + 1, time.GetUtcNow().ToUnixTimeSeconds());
        var header = BlockHeader.FromFields(Header(trie.Root, _height, _blockTime));
        var transaction = Digest.Of([.. header.Hash, 1]).ToArray();
        var block = new FakeBlock(new LedgerAnchor(size, root, _height, DateTimeOffset.FromUnixTimeSeconds(_blockTime)), header, transaction, receipt, trie.Proof(0));
        log.Blocks.Add(block);
        _parent = header.Hash;
        _height++;
        return block;
    }

    private byte[][] Header(byte[] receiptsRoot, ulong height, long seconds) =>
    [
        _parent, new byte[32], new byte[20], new byte[32], new byte[32], receiptsRoot, new byte[256], [], Integer(height), Integer(30_000_000), Integer(21_000),
        Integer((ulong)seconds), [], new byte[32], new byte[8], [],
    ];

    private static byte[] Integer(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return [.. bytes.SkipWhile(b => b == 0)];
    }

    private static AnchorProof Proof(Digest logId, FakeBlock block, string checkpoint) => new(
        ChainId, Contract, logId, block.Anchor.Size, block.Anchor.Root, checkpoint, block.Anchor.BlockNumber, block.Header.Hash, block.Header.Rlp.ToArray(),
        block.Transaction, 0, block.Receipt, block.ReceiptProof, []);

    private sealed record FakeLog(string Operator, string Origin)
    {
        internal List<FakeBlock> Blocks { get; } = [];

        internal Digest? Successor { get; set; }

        internal OrderedDictionary<string, LedgerAttestation> Attestations { get; } = [];
    }

    private sealed record FakeBlock(LedgerAnchor Anchor, BlockHeader Header, byte[] Transaction, byte[] Receipt, IReadOnlyList<byte[]> ReceiptProof);
}
