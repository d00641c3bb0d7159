using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Seals;
using Evidence.Core.Verification;
using Evidence.Tests.Ledger;
using Evidence.Tests.Verification;

namespace Evidence.Tests.Package;

/// <summary>Packages that are larger than what may be held in memory. Alone, because what is live is counted.</summary>
[CollectionDefinition(nameof(LargePackageTests), DisableParallelization = true)]
[Collection(nameof(LargePackageTests))]
public sealed class LargePackageTests
{
    private const int MaxLive = 24 << 20;

    /// <summary>A record number, to find one that comes twice, and nothing else.</summary>
    private const int MaxLivePerRecord = 100;

    [Fact]
    public void Takes_the_same_memory_for_thousands_of_records_as_for_hundreds_on_both_sides()
    {
        var (few, many) = (LeastPeakOf(1000), LeastPeakOf(5000));
        Assert.True(many.Writing - few.Writing < 4000 * MaxLivePerRecord, $"writing: {few.Writing} and {many.Writing} bytes");
        Assert.True(many.Reading - few.Reading < 4000 * MaxLivePerRecord, $"reading: {few.Reading} and {many.Reading} bytes");
        Assert.True(Math.Max(many.Writing, many.Reading) < MaxLive, $"{many} bytes");
    }

    /// <summary>The least of three: what other tests left behind may be counted with the one or the other, what a record costs is in all of them.</summary>
    private static (long Writing, long Reading) LeastPeakOf(int count)
    {
        var peaks = Enumerable.Range(0, 3).Select(_ => PeakOf(count)).ToList();
        return (peaks.Min(static peak => peak.Writing), peaks.Min(static peak => peak.Reading));
    }

    private static (long Writing, long Reading) PeakOf(int count)
    {
        var file = Path.GetTempFileName();
        try
        {
            var log = new SmallLog(count);
            var (before, writing) = (GC.GetTotalMemory(forceFullCollection: true), 0L);
            using (var zip = File.Create(file)) log.Write(zip, live => writing = Math.Max(writing, live - before));
            using var again = new PeakStream(File.OpenRead(file));
            var report = EvidencePackageReader.Verify(again, null);
            Assert.Equal(count, report.Records.Count);
            Assert.Equal(Outcome.Intact, report.Layers[Layer.Package]);
            Assert.Equal(Outcome.Intact, report.Layers[Layer.Log]);
            GC.KeepAlive(log);
            return (writing, again.Peak - before);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Takes_the_same_memory_for_content_of_any_size()
    {
        const long Size = 300L << 20;
        var seal = new Seal(RecordId.Parse("019a0000-0000-7000-8000-000000000001"), SampleRecord.Received, "", [new SealPart("c0001", PartRole.Content, Size, new Digest(System.Security.Cryptography.SHA256.HashData(new ZeroStream(Size))))]).Encode();
        var checkpoint = new Checkpoint("large.test/log", 1, MerkleTree.LeafHash(seal));
        var signer = new LogSigner(checkpoint.Origin, SampleRecord.Seed(1));
        var file = Path.GetTempFileName();
        try
        {
            using (var zip = File.Create(file))
            {
                using var package = new EvidencePackageWriter(zip, new PackageHeading { LogKey = signer.Key.ToString(), CheckpointNote = checkpoint.SignedBy(signer).Encode() });
                package.Add(new PackageRecord { Seal = seal, Leaf = 0, Inclusion = [], OpenPart = static _ => new ZeroStream(Size) });
                package.Complete();
            }

            using var again = File.OpenRead(file);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(again, null).Layers[Layer.Content]);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MaxLive);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Proves_one_record_of_a_billion_in_less_than_16_kb()
    {
        const ulong Leaves = 1_000_000_000;
        var sample = new SampleRecord(signed: false);
        var leaf = MerkleTree.LeafHash(sample.SealBytes);
        List<Digest> path = [.. Enumerable.Range(0, 30).Select(static i => Digest.Of([(byte)i]))];
        var root = path.Aggregate(leaf, static (node, sibling) => MerkleTree.NodeHash(node, sibling));
        var checkpoint = new Checkpoint(SampleRecord.Origin, Leaves, root);
        var note = checkpoint.SignedBy(sample.LogSigner);
        var cosigned = Enumerable.Range(0, 3).Aggregate(note, (all, i) => all.With(new Cosigner($"witness.node{i}", SampleRecord.Seed((byte)(60 + i))).Cosign(note.Text, SampleRecord.Cosigned)));
        foreach (var consensus in TestConsortium.SealedKinds)
        {
            var anchor = new TestConsortium(consensus).Anchor(sample.LogSigner.Key.LogId, Leaves, root, note.Encode());
            using var zip = new MemoryStream();
            using var package = new EvidencePackageWriter(zip, new PackageHeading { LogKey = sample.LogSigner.Key.ToString(), CheckpointNote = cosigned.Encode(), Anchor = anchor });
            package.Add(SamplePackage.Record(sample) with { Leaf = 0, Inclusion = path });
            package.Complete();
            var members = PackageForge.Members(zip.ToArray());
            // Everything but what was handed in (content, signature and its certificates) and the page for paper, which proves nothing.
            var others = members.Where(static member => member.Name is "certificate.html" || HandedIn(member.Name)).Sum(static member => member.Bytes.Length);
            Assert.True(zip.Length - others < 16_000, $"{consensus}: {zip.Length - others} bytes: {string.Join(", ", members.Select(static member => $"{member.Name} {member.Bytes.Length}"))}");
        }
    }

    private static bool HandedIn(string name) => name.Split("/parts/") is [_, ['c' or 's' or 'k', ..]];

    /// <summary>A log of small unsigned records, all of which go into one package.</summary>
    private sealed class SmallLog : INodeSource
    {
        private readonly byte[][] _seals;
        private readonly Digest[] _leaves;
        private readonly LogSigner _signer = new("small.test/log", SampleRecord.Seed(1));

        internal SmallLog(int count)
        {
            _seals = [.. Enumerable.Range(0, count).Select(static i => new Seal(RecordId.Parse($"019a0000-0000-7000-8000-{i:x12}"), SampleRecord.Received, "", [new SealPart("c0001", PartRole.Content, 4, Digest.Of(BitConverter.GetBytes(i)))]).Encode())];
            _leaves = [.. _seals.Select(static seal => MerkleTree.LeafHash(seal))];
        }

        public Digest Node(int level, ulong index) => MerkleTree.Root(_leaves.AsSpan((int)(index << level), 1 << level));

        internal void Write(Stream zip, Action<long> live)
        {
            var checkpoint = new Checkpoint(_signer.Key.Name, (ulong)_leaves.Length, MerkleTree.Root(_leaves));
            using var package = new EvidencePackageWriter(zip, new PackageHeading { LogKey = _signer.Key.ToString(), CheckpointNote = checkpoint.SignedBy(_signer).Encode() }, static () => File.Create(Path.GetTempFileName(), 4096, FileOptions.DeleteOnClose));
            for (var i = 0; i < _seals.Length; i++)
            {
                package.Add(new PackageRecord { Seal = _seals[i], Leaf = (ulong)i, Inclusion = InclusionProof.Make((ulong)i, (ulong)_leaves.Length, this), OpenPart = _ => new MemoryStream(BitConverter.GetBytes(i)) });
                if (i % 1000 == 999) live(GC.GetTotalMemory(forceFullCollection: true));
            }

            package.Complete();
        }
    }
}
