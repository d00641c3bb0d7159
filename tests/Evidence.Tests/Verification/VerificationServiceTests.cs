using Evidence.Core;
using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Outcome = Evidence.Core.Verification.Outcome;
using Verdict = Evidence.Core.Verification.Verdict;

namespace Evidence.Tests.Verification;

public sealed class VerificationServiceTests : IAsyncLifetime
{
    private static readonly byte[] Content = System.Text.Encoding.UTF8.GetBytes("content to be found again in the volume: 存证");
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestTrust.StartTrustingNodeAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private Task<Verdict> VerifyAsync(string record) => _node.Client.VerifyRecordAsync(record, CancellationToken.None);

    private async Task<string> ArchiveAsync(bool anchored = true)
    {
        var receipt = await Upload.Of(Content).SendAsync(_node);
        if (anchored) await _node.AnchoredAsync(receipt.Record);
        return receipt.Record;
    }

    private void FlipInVolume(ReadOnlySpan<byte> needle)
    {
        foreach (var volume in Directory.EnumerateFiles(_node.DataFolder, "v*.tar", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(volume);
            if (bytes.AsSpan().IndexOf(needle) is var at && at < 0) continue;
            using var file = File.OpenHandle(volume, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, [(byte)(bytes[at] ^ 1)], at);
            return;
        }
        Assert.Fail("No volume holds the bytes.");
    }

    [Fact]
    public async Task Says_intact_of_an_anchored_record_and_on_what_it_rests()
    {
        var verdict = await VerifyAsync(await ArchiveAsync());
        Assert.Equal(Outcome.Intact, verdict.Whole);
        Assert.Equal(
            [Outcome.Intact, Outcome.Intact, Outcome.None, Outcome.Intact, Outcome.Intact],
            ((Layer[])[Layer.Content, Layer.Seal, Layer.Signature, Layer.Log, Layer.Ledger]).Select(l => verdict.Layers[l]));
        Assert.NotEmpty(verdict.RestsOn);
        Assert.NotNull(verdict.ProvenNoLaterThan);
        Assert.NotNull(verdict.TrustSha256);
    }

    [Fact]
    public async Task Says_undetermined_before_the_record_is_anchored()
    {
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var verdict = await VerifyAsync(await ArchiveAsync(anchored: false));
        Assert.Equal((Outcome.Undetermined, Outcome.Intact, Outcome.Undetermined), (verdict.Whole, verdict.Layers[Layer.Content], verdict.Layers[Layer.Ledger]));
        Assert.Contains(verdict.Findings, f => f.Code == FindingCodes.AnchorMissing);
    }

    [Fact]
    public async Task Says_undetermined_without_a_trust_json()
    {
        await using var node = await TestNode.StartNewAsync();
        var receipt = await Upload.Of(Content).SendAsync(node);
        await Eventually.TrueAsync(() => node.Ledger.Anchors(node.LogId).Count > 0, "an anchor");
        var verdict = await node.Client.VerifyRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal(Outcome.Undetermined, verdict.Whole);
    }

    [Fact]
    public async Task Says_undetermined_until_enough_witnesses_have_cosigned()
    {
        var receipt = await Upload.Of(Content).SendAsync(_node);
        await Eventually.TrueAsync(() => _node.Logs.Own.Anchors.Count > 0, "the proof is kept");
        var verdict = await VerifyAsync(receipt.Record);
        Assert.Equal(Outcome.Undetermined, verdict.Whole);
        Assert.Contains(verdict.Findings, f => f.Code == FindingCodes.WitnessesMissing);
        await _node.Witness.CosignAsync(_node);
        Assert.Equal(Outcome.Intact, (await VerifyAsync(receipt.Record)).Whole);
    }

    [Fact]
    public async Task Rests_on_a_later_anchor_while_the_first_is_not_cosigned()
    {
        var receipt = await Upload.Of(Content).SendAsync(_node);
        await Eventually.TrueAsync(() => _node.Logs.Own.Anchors.Count == 1, "the proof is kept");
        await Upload.Of([1]).SendAsync(_node);
        await Eventually.TrueAsync(() => _node.Logs.Own.Anchors.Count == 2, "the second proof is kept");
        await _node.Witness.CosignAsync(_node, from: 2);
        Assert.Equal(Outcome.Intact, (await VerifyAsync(receipt.Record)).Whole);
    }

    [Fact]
    public async Task Says_altered_when_a_byte_of_the_content_changed()
    {
        var record = await ArchiveAsync();
        FlipInVolume(Content);
        var verdict = await VerifyAsync(record);
        Assert.Equal((Outcome.Altered, Outcome.Altered, Outcome.Intact), (verdict.Whole, verdict.Layers[Layer.Content], verdict.Layers[Layer.Log]));
        Assert.Contains(verdict.Findings, f => f.Code == FindingCodes.PartChanged && f.Subject.Contains("c0001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Does_not_hand_out_changed_content_as_good()
    {
        var record = await ArchiveAsync();
        FlipInVolume(Content);
        var read = await Assert.ThrowsAnyAsync<RpcException>(() => _node.Client.ReadContentAsync(record, "c0001", Stream.Null, CancellationToken.None));
        Assert.Equal(StatusCode.DataLoss, read.StatusCode);
        var package = await Assert.ThrowsAnyAsync<RpcException>(() => _node.Client.DownloadPackageAsync(record, Stream.Null, CancellationToken.None));
        Assert.Equal(StatusCode.DataLoss, package.StatusCode);
    }

    [Fact]
    public async Task Does_not_say_intact_when_a_byte_of_the_seal_changed()
    {
        var record = await ArchiveAsync();
        FlipInVolume(System.Text.Encoding.UTF8.GetBytes($"\"record\":\"{record}\""));
        Assert.NotEqual(Outcome.Intact, (await VerifyAsync(record)).Whole);
    }

    [Fact]
    public async Task Needs_no_answer_of_the_ledger_once_the_proof_is_captured()
    {
        var record = await ArchiveAsync();
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var verdict = await VerifyAsync(record);
        Assert.Equal(Outcome.Intact, verdict.Whole);
        Assert.Contains(verdict.Findings, f => f.Code == FindingCodes.LedgerUnreachable);
    }

    [Fact]
    public async Task Says_so_when_the_ledger_holds_another_root()
    {
        var record = await ArchiveAsync();
        _node.Ledger.RollBack(_node.LogId, 0);
        _node.Ledger.Forge(_node.LogId, 1, Digest.Of("another history"u8));
        var verdict = await VerifyAsync(record);
        Assert.Equal(Outcome.Altered, verdict.Layers[Layer.Ledger]);
        Assert.Contains(verdict.Findings, f => f.Code == FindingCodes.AnchorChanged);
    }

    [Fact]
    public async Task Finds_records_by_the_digest_of_a_file()
    {
        var first = await ArchiveAsync(anchored: false);
        var second = await ArchiveAsync();
        var verdicts = await _node.Client.VerifyDigestAsync(Digest.Of(Content), CancellationToken.None);
        Assert.Equal(((string[])[first, second]).Order(), verdicts.Select(v => v.Record.ToString()).Order());
        Assert.Empty(await _node.Client.VerifyDigestAsync(Digest.Of("never filed"u8), CancellationToken.None));
        var wrong = await Assert.ThrowsAsync<RpcException>(() => _node.Client.Verification.VerifyDigestAsync(new VerifyDigestRequest()).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
    }

    [Fact]
    public async Task Says_not_found_of_a_record_that_it_never_had()
    {
        var refusal = await Assert.ThrowsAnyAsync<RpcException>(() => VerifyAsync(RecordId.New(TimeProvider.System).ToString()));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gives_out_a_package_that_verifies_offline(bool anchored)
    {
        if (!anchored) _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var record = await ArchiveAsync(anchored);
        using var zip = await PackageAsync(record);
        var report = EvidencePackageReader.Verify(zip, TestTrust.For(_node));
        Assert.Equal(anchored ? Outcome.Intact : Outcome.Undetermined, report.Whole);
    }

    [Fact]
    public async Task Gives_out_a_package_in_which_no_byte_can_be_changed()
    {
        using var zip = await PackageAsync(await ArchiveAsync());
        var bytes = zip.ToArray();
        var random = new Random(7);
        for (var i = 0; i < 100; i++)
        {
            var changed = bytes.ToArray();
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            Assert.NotEqual(Outcome.Intact, EvidencePackageReader.Verify(new MemoryStream(changed), TestTrust.For(_node)).Whole);
        }
    }

    private async Task<MemoryStream> PackageAsync(string record)
    {
        // A record is in a checkpoint within a moment; until then the node says to ask again.
        var zip = new MemoryStream();
        await Eventually.GetAsync(
            async () =>
            {
                zip.SetLength(0);
                try
                {
                    await _node.Client.DownloadPackageAsync(record, zip, CancellationToken.None);
                    return true;
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.Aborted)
                {
                    return false;
                }
            },
            done => done, "the package is given out");
        zip.Position = 0;
        return zip;
    }
}
