using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Tests.Ledger;

namespace Evidence.Tests.Package.Making;

/// <summary>Records in a log of their own, anchored on a chain of some consensus: every key and every time is fixed, so that the same bytes come out whenever it runs.</summary>
internal sealed class VectorLog
{
    internal static readonly DateTimeOffset Received = new(2026, 6, 1, 12, 0, 0, 123, TimeSpan.Zero);
    private const string Origin = "vectors.example/log";
    private static readonly LogSigner Signer = SignerOf(101);
    private static readonly Cosigner[] Witnesses = [new("witness.example/a", Seed(102)), new("witness.example/b", Seed(103))];

    private readonly Digest[] _leaves;
    private readonly VectorRecord[] _records;
    private readonly RotationNote[] _rotations;

    /// <summary>A log in which every other leaf is one of the records.</summary>
    internal VectorLog(string consensus, params VectorRecord[] records)
        : this(consensus, Signer, [], records)
    {
    }

    /// <summary>One whose checkpoint a key signs that the first one was handed on to.</summary>
    internal VectorLog(string consensus, LogSigner signer, RotationNote[] rotations, params VectorRecord[] records)
    {
        (Chain, _records, _rotations) = (new TestConsortium(consensus), records, rotations);
        _leaves = [.. Enumerable.Range(0, records.Length * 2 + 1).Select(i => MerkleTree.LeafHash(i % 2 == 1 ? records[i / 2].SealBytes : [(byte)i]))];
        var checkpoint = new Checkpoint(Origin, (ulong)_leaves.Length, MerkleTree.Root(_leaves));
        Note = checkpoint.SignedBy(signer);
        Cosigned = Witnesses.Aggregate(Note, (note, witness) => note.With(witness.Cosign(note.Text, Received.AddSeconds(5))));
        Anchor = Chain.Anchor(Signer.Key.LogId, checkpoint.Size, checkpoint.Root, Note.Encode());
    }

    internal TestConsortium Chain { get; }

    internal static VerifierKey Key => Signer.Key;

    /// <summary>A key of the log's form that signs no log.</summary>
    internal static VerifierKey WitnessKey => Witnesses[0].Key;

    internal static LogSigner LogSigner => Signer;

    internal SignedNote Note { get; }

    internal SignedNote Cosigned { get; init; }

    internal AnchorProof? Anchor { get; init; }

    internal ValidatorHistory? History { get; init; }

    internal string Roots { get; init; } = "";

    /// <summary>What accepts the log: the validators' seals where the chain has any, else two witnesses.</summary>
    internal TrustPolicy Trust => new(
        Chain.Trusted,
        [new TrustedKey(Signer.Key.ToString())],
        [.. Witnesses.Select(static witness => new TrustedWitness(witness.Key.ToString()))],
        Chain.Consensus == "none" ? new TrustQuorum(false, 2) : new TrustQuorum(true, 0),
        default)
    {
        SignatureRootsPem = [VectorSigner.RootPem.TrimEnd()],
    };

    /// <summary>The same log, anchored in the next block of a chain whose validators changed.</summary>
    internal VectorLog AnchoredOn(VotingChain chain, ValidatorHistory? history = null) => new(Chain.Consensus, Signer, [], _records)
    {
        Anchor = chain.Anchor(consortium => consortium.Anchor(Signer.Key.LogId, Anchor!.Size, Anchor.Root, Anchor.Checkpoint)),
        History = history ?? chain.History,
    };

    /// <summary>The same log, anchored under the id that another key gives.</summary>
    internal VectorLog AnchoredAs(LogSigner signer) => new("none", Signer, [], _records) { Anchor = Chain.Anchor(signer.Key.LogId, Anchor!.Size, Anchor.Root, Anchor.Checkpoint) };

    internal static LogSigner SignerOf(byte seed, string origin = Origin) => new(origin, Seed(seed));

    internal static byte[] Seed(byte value) => SHA256.HashData([value]);

    /// <summary>The name of a member of the record so and so.</summary>
    internal string Of(string member, int record = 0) => $"records/{_records[record].Id}/{member}";

    internal byte[] Package()
    {
        using var zip = new MemoryStream();
        using var package = new EvidencePackageWriter(zip, new PackageHeading { LogKey = Signer.Key.ToString(), Rotations = _rotations, CheckpointNote = Cosigned.Encode(), Anchor = Anchor, History = History, SignatureRootsPem = Roots });
        for (var i = 0; i < _records.Length; i++)
        {
            if (_records[i].IsEvents) package.AddEvents(Record(i));
            else package.Add(Record(i));
        }

        package.Complete();
        return zip.ToArray();
    }

    private PackageRecord Record(int number)
    {
        var leaf = (ulong)(number * 2 + 1);
        var record = _records[number];
        return new PackageRecord
        {
            Seal = record.SealBytes,
            Leaf = leaf,
            Inclusion = InclusionProof.Make(leaf, (ulong)_leaves.Length, new Nodes(_leaves)),
            OpenPart = name => new MemoryStream(record.Bytes[name]),
        };
    }

    private sealed class Nodes(Digest[] leaves) : INodeSource
    {
        public Digest Node(int level, ulong index) => MerkleTree.Root(leaves.AsSpan((int)(index << level), 1 << level));
    }
}
