using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Proofs = Evidence.Core.Log;

namespace Evidence.Tests.Services;

public sealed class AuditServiceTests : IAsyncLifetime
{
    private const int Records = 7;
    private readonly List<ArchiveResponse> _receipts = [];
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartNewAsync();
        for (byte i = 0; i < Records; i++)
        {
            _receipts.Add(await Upload.Of([i]).SendAsync(_node));
            await Eventually.TrueAsync(() => _node.Ledger.Anchors(_node.LogId).Count > i, "an anchor for each record");
        }
        await Eventually.TrueAsync(() => _node.Logs.Own.Anchors.Count == Records, "every proof is kept");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private static Digest Digest(Google.Protobuf.ByteString bytes) => new(bytes.Span);

    private static Digest[] Digests(IEnumerable<Google.Protobuf.ByteString> hashes) => [.. hashes.Select(Digest)];

    private static async Task<StatusCode> CodeAsync<T>(AsyncUnaryCall<T> call) => (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode;

    [Fact]
    public async Task Lists_anchors_in_pages_the_newest_first()
    {
        var sizes = new List<ulong>();
        await foreach (var anchor in _node.Client.ListAnchorsAsync("", CancellationToken.None)) sizes.Add(anchor.Size);
        Assert.Equal([7UL, 6, 5, 4, 3, 2, 1], sizes);
        var first = await _node.Client.Audit.ListAnchorsAsync(new ListAnchorsRequest { PageSize = 3 });
        var second = await _node.Client.Audit.ListAnchorsAsync(new ListAnchorsRequest { PageSize = 3, PageToken = first.NextPageToken });
        var third = await _node.Client.Audit.ListAnchorsAsync(new ListAnchorsRequest { PageSize = 3, PageToken = second.NextPageToken });
        Assert.Equal(sizes, ((ListAnchorsResponse[])[first, second, third]).SelectMany(p => p.Anchors).Select(a => a.Size));
        Assert.Equal("", third.NextPageToken);
    }

    [Fact]
    public async Task Says_of_each_anchor_where_it_stands_on_the_ledger()
    {
        var page = await _node.Client.Audit.ListAnchorsAsync(new ListAnchorsRequest());
        var onChain = _node.Ledger.Anchors(_node.LogId).ToDictionary(a => a.Size);
        foreach (var anchor in page.Anchors)
        {
            var expected = onChain[anchor.Size];
            Assert.Equal((expected.BlockNumber, expected.Root, expected.Time.ToUnixTimeMilliseconds()), (anchor.BlockNumber, Digest(anchor.Root), anchor.BlockUnixMs));
            Assert.Equal((32, 32), (anchor.BlockHash.Length, anchor.TransactionHash.Length));
        }
    }

    [Fact]
    public async Task Proves_every_leaf_in_every_tree()
    {
        foreach (var receipt in _receipts)
            for (var size = receipt.Leaf + 1; size <= Records; size++)
            {
                var proof = await _node.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { Record = receipt.Record, Size = size });
                Assert.True(Proofs.InclusionProof.Verify(Digest(proof.LeafHash), receipt.Leaf, size, Digests(proof.Hashes), Digest(proof.Root)));
                var note = SignedNote.Parse(proof.Checkpoint);
                Assert.True(note.IsSignedBy(VerifierKey.Parse(_node.Identity.LogKey)));
                Assert.Equal(new Checkpoint(_node.Identity.Origin, size, Digest(proof.Root)), Checkpoint.Parse(note.Text));
            }
    }

    [Fact]
    public async Task Proves_every_tree_the_beginning_of_every_later_one()
    {
        for (ulong old = 0; old <= Records; old++)
            for (var size = Math.Max(old, 1); size <= Records; size++)
            {
                var proof = await _node.Client.Audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = old, NewSize = size });
                Assert.True(Proofs.ConsistencyProof.Verify(old, Digest(proof.OldRoot), size, Digest(proof.NewRoot), Digests(proof.Hashes)));
            }
    }

    [Fact]
    public async Task Answers_with_the_latest_checkpoint_where_no_size_is_named()
    {
        await Eventually.GetAsync(
            () => _node.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { Leaf = 0 }).ResponseAsync, p => p.Size == Records, "the checkpoint of all records");
        Assert.Equal((ulong)Records, (await _node.Client.Audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = 1 })).NewSize);
    }

    [Fact]
    public async Task Refuses_leaves_and_sizes_beyond_the_log()
    {
        var audit = _node.Client.Audit;
        Assert.Equal(StatusCode.OutOfRange, await CodeAsync(audit.GetInclusionProofAsync(new GetInclusionProofRequest { Leaf = 3, Size = 3 })));
        Assert.Equal(StatusCode.OutOfRange, await CodeAsync(audit.GetInclusionProofAsync(new GetInclusionProofRequest { Leaf = 0, Size = 8 })));
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(audit.GetInclusionProofAsync(new GetInclusionProofRequest())));
        Assert.Equal(StatusCode.NotFound, await CodeAsync(audit.GetInclusionProofAsync(new GetInclusionProofRequest { Record = RecordId.New(TimeProvider.System).ToString() })));
        Assert.Equal(StatusCode.OutOfRange, await CodeAsync(audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = 1, NewSize = 8 })));
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { OldSize = 5, NewSize = 4 })));
        Assert.Equal(StatusCode.NotFound, await CodeAsync(audit.ListAnchorsAsync(new ListAnchorsRequest { Log = "nowhere" })));
    }
}
