using System.Security.Cryptography;
using System.Text;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Tests.Ledger;
using Evidence.Tests.Signatures;

namespace Evidence.Tests.Verification;

/// <summary>One record, sealed, in a log, anchored and cosigned by two witnesses, with the trust.json that accepts it.</summary>
internal sealed class SampleRecord
{
    internal const string Origin = "test.local/node1";
    internal static readonly DateTimeOffset Received = TestAuthority.Now, Cosigned = TestAuthority.Now.AddSeconds(5);
    private static readonly TestAuthority Authority = new(ecdsa: true);

    private readonly Digest[] _leaves;

    internal SampleRecord(bool signed = true, int leaves = 7, int leaf = 3, Func<byte[], (byte[] Cms, byte[] Pem)>? signer = null, byte[]? content = null, string type = SignatureTypes.Cms)
    {
        AddContent("c0001", content ?? "the content of a record, 内容"u8.ToArray());
        if (signed) AddSignature(signer ?? (static content => (Authority.Cms(content), Authority.ChainPem)), type);
        AddPart(new SealPart("m0001", PartRole.Metadata, 0, default), Metadata());
        Seal = new Seal(Id, Received, "test", Parts);
        SealBytes = Seal.Encode();
        Leaf = (ulong)leaf;
        _leaves = [.. Enumerable.Range(0, leaves).Select(i => i == leaf ? MerkleTree.LeafHash(SealBytes) : MerkleTree.LeafHash([(byte)i]))];
        Note = new Checkpoint(Origin, (ulong)leaves, Tree.Root).SignedBy(LogSigner);
        CosignedNote = Note.With(Witness1.Cosign(Note.Text, Cosigned)).With(Witness2.Cosign(Note.Text, Cosigned.AddSeconds(1)));
        Anchor = SampleChain.Anchor(LogSigner.Key.LogId, (ulong)leaves, Tree.Root, Note.Encode());
    }

    internal RecordId Id { get; } = RecordId.Parse("019a0000-0000-7000-8000-000000000001");

    internal List<SealPart> Parts { get; } = [];

    internal Dictionary<string, byte[]> Bytes { get; } = new(StringComparer.Ordinal);

    internal Seal Seal { get; }

    internal byte[] SealBytes { get; }

    internal ulong Leaf { get; }

    internal SignedNote Note { get; }

    internal SignedNote CosignedNote { get; }

    internal AnchorProof Anchor { get; }

    internal LogSigner LogSigner { get; } = new(Origin, Seed(1));

    internal Cosigner Witness1 { get; } = new("witness.node2", Seed(2));

    internal Cosigner Witness2 { get; } = new("witness.node3", Seed(3));

    internal (Digest Root, IReadOnlyList<Digest> Proof) Tree => (MerkleTree.Root(_leaves), InclusionProof.Make(Leaf, (ulong)_leaves.Length, new Nodes(_leaves)));

    internal RecordEvidence Evidence => new()
    {
        Record = Id,
        Seal = SealBytes,
        Parts = [.. Parts.Select(part => new PartObservation(part.Name, PartState.Read, part.Size, part.Sha256))],
        SmallPart = name => Bytes.TryGetValue(name, out var bytes) ? bytes : null,
        LogKeys = new StatedLogKeys(new LogKeyHistory(LogSigner.Key)),
        Leaf = Leaf,
        Inclusion = Tree.Proof,
        CheckpointNote = CosignedNote.Encode(),
        Anchor = Anchor,
    };

    internal TrustPolicy Trust => TrustPolicyJson.Parse(TrustPolicyJson.Encode(new TrustPolicy(
        new TrustedChain(31337, "0x" + new string('0', 64), SampleChain.ContractText, "none", []),
        [new TrustedKey(LogSigner.Key.ToString())],
        [new TrustedWitness(Witness1.Key.ToString()), new TrustedWitness(Witness2.Key.ToString())],
        new TrustQuorum(false, 2),
        default)
    {
        SignatureRootsPem = [Authority.Root.ExportCertificatePem()],
    }));

    internal static byte[] Seed(byte value) => SHA256.HashData([value]);

    private void AddContent(string name, byte[] content) => AddPart(new SealPart(name, PartRole.Content, 0, default), content);

    private void AddSignature(Func<byte[], (byte[] Cms, byte[] Pem)> signer, string type)
    {
        var (cms, pem) = signer(Bytes["c0001"]);
        AddPart(new SealPart("s0001", PartRole.Signature, 0, default, "c0001", type), cms);
        AddPart(new SealPart("k0001", PartRole.Certificates, 0, default, "s0001"), pem);
    }

    private void AddPart(SealPart part, byte[] bytes)
    {
        Bytes[part.Name] = bytes;
        Parts.Add(part with { Size = bytes.Length, Sha256 = Digest.Of(bytes) });
    }

    private static byte[] Metadata() => new RecordMetadata(
        Seed(9),
        new Dictionary<string, FileLabel> { ["c0001"] = new(Encoding.UTF8.GetBytes("合同<1>.txt"), "text/plain") },
        RecordDescription.Empty with { Title = "采购合同 & 附件", Fonds = "0001" }).Encode();

    private sealed class Nodes(Digest[] leaves) : INodeSource
    {
        public Digest Node(int level, ulong index) => MerkleTree.Root(leaves.AsSpan((int)(index << level), 1 << level));
    }
}
