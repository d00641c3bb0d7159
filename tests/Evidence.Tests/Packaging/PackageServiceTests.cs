using System.IO.Compression;
using System.Text;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Packages;
using Evidence.Tests.Ledger;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Packaging;

/// <summary>Packages of several records and of a whole fonds, as a node gives them out.</summary>
public sealed class PackageServiceTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestTrust.StartTrustingNodeAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Gives_out_several_records_in_one_package_whatever_order_they_are_asked_in()
    {
        var (a, b, c) = (await ArchiveAsync("a", "F1"), await ArchiveAsync("b", "F2"), await ArchiveAsync("c", "F1"));
        await _node.AnchoredAsync(c);
        var (package, last) = await DownloadAsync(new GetEvidencePackageRequest { Records = { c, a, b } });
        var report = EvidencePackageReader.Verify(new MemoryStream(package), TestTrust.For(_node));
        Assert.Equal((Outcome.Intact, new RecordCounts(3, 3, 0, 0)), (report.Whole, report.Records));
        Assert.Equal([a, b, c], report.Verdicts.Select(static verdict => verdict.Record.ToString()));
        Assert.Equal((3UL, report.Anchor!.Size), (last.Records, last.Leaves));
    }

    [Fact]
    public async Task Gives_out_a_fonds_at_a_stated_checkpoint_the_same_bytes_whoever_asks_and_whenever()
    {
        var (a, _, c) = (await ArchiveAsync("a", "F1"), await ArchiveAsync("b", "F2"), await ArchiveAsync("c", "F1"));
        await _node.AnchoredAsync(c);
        var fonds = new GetEvidencePackageRequest { Fonds = "F1" };
        var (package, last) = await DownloadAsync(fonds);
        Assert.Equal([a, c], EvidencePackageReader.Verify(new MemoryStream(package), TestTrust.For(_node)).Verdicts.Select(static verdict => verdict.Record.ToString()));

        var later = await ArchiveAsync("d", "F1");
        await _node.AnchoredAsync(later);
        fonds.Checkpoint = last.Leaves;
        var (again, behind) = await DownloadAsync(fonds);
        Assert.Equal(package, again);
        Assert.Equal(1UL, behind.LeavesBehind);
        Assert.Equal(package, (await DownloadAsync(new GetEvidencePackageRequest { Records = { a, c }, Checkpoint = last.Leaves })).Package);
        Assert.NotEqual(package, (await DownloadAsync(new GetEvidencePackageRequest { Fonds = "F1" })).Package);
    }

    [Fact]
    public async Task Puts_the_history_of_headers_into_packages_of_the_anchors_behind_its_first_header()
    {
        var record = await ArchiveAsync("a", "F1");
        await _node.AnchoredAsync(record);
        var (before, early) = await DownloadAsync(new GetEvidencePackageRequest { Records = { record } });
        var later = await ArchiveAsync("b", "F1");
        await _node.AnchoredAsync(later);

        var chain = new VotingChain(ConsensusNames.Qbft, [0, 1, 2, 3], first: 2);
        chain.Pass(3);
        var file = ValidatorHistoryJson.Encode(chain.History);
        _node.Write("history.json", Encoding.UTF8.GetString(file));
        await _node.StopAsync();
        _node.Edit(static json => json["ledger"]!["history"] = "history.json");
        await _node.StartAsync();

        var (package, _) = await DownloadAsync(new GetEvidencePackageRequest { Records = { later } });
        Assert.Equal(file, History(package));
        Assert.Equal(Outcome.Intact, EvidencePackageReader.Verify(new MemoryStream(package), TestTrust.For(_node)).Whole);
        Assert.Equal(before, (await DownloadAsync(new GetEvidencePackageRequest { Records = { record }, Checkpoint = early.Leaves })).Package);
        Assert.Null(History(before));
    }

    private static byte[]? History(byte[] package)
    {
        using var zip = new ZipArchive(new MemoryStream(package));
        if (zip.GetEntry("anchors/history.json") is not { } entry) return null;
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    [Fact]
    public async Task Refuses_what_it_cannot_prove_and_says_why()
    {
        var record = await ArchiveAsync("a", "F1");
        await _node.AnchoredAsync(record);
        await AssertRefusedAsync(StatusCode.NotFound, "no anchor of 1000", new GetEvidencePackageRequest { Records = { record }, Checkpoint = 1000 });
        await AssertRefusedAsync(StatusCode.NotFound, "of this fonds", new GetEvidencePackageRequest { Fonds = "F9" });
        await AssertRefusedAsync(StatusCode.InvalidArgument, "either", new GetEvidencePackageRequest());
        await AssertRefusedAsync(StatusCode.InvalidArgument, "either", new GetEvidencePackageRequest { Records = { record }, Fonds = "F1" });
        await AssertRefusedAsync(StatusCode.NotFound, "No log", new GetEvidencePackageRequest { Records = { "0198c1d2-7a3b-7c4d-8e5f-001122334455" } });
        Flip("content a of F1");
        await AssertRefusedAsync(StatusCode.DataLoss, "c0001", new GetEvidencePackageRequest { Records = { record } });
    }

    [Fact]
    public async Task Leaves_nothing_of_a_fonds_out_in_silence()
    {
        var record = await ArchiveAsync("a", "F1");
        await _node.AnchoredAsync(record);
        Flip("\"fonds\":\"F1\"");
        await AssertRefusedAsync(StatusCode.DataLoss, record, new GetEvidencePackageRequest { Fonds = "F2" });
    }

    private async Task AssertRefusedAsync(StatusCode code, string text, GetEvidencePackageRequest request)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => DownloadAsync(request));
        Assert.Equal(code, refusal.StatusCode);
        Assert.Contains(text, refusal.Status.Detail, StringComparison.Ordinal);
    }

    private async Task<(byte[] Package, GetEvidencePackageResponse Last)> DownloadAsync(GetEvidencePackageRequest request)
    {
        using var zip = new MemoryStream();
        var last = new GetEvidencePackageResponse();
        await _node.Client.DownloadPackageAsync(request, zip, response => last = response, CancellationToken.None);
        return (zip.ToArray(), last);
    }

    private async Task<string> ArchiveAsync(string content, string fonds)
    {
        var upload = new Upload().Header(description: new Description { Fonds = fonds }).Part(PartRole.Content, Encoding.UTF8.GetBytes($"content {content} of {fonds}"), "a.txt"u8.ToArray());
        return (await upload.SendAsync(_node)).Record;
    }

    private void Flip(string text)
    {
        foreach (var volume in Directory.EnumerateFiles(_node.DataFolder, "v*.tar", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(volume);
            if (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) is var at && at < 0) continue;
            using var file = File.OpenHandle(volume, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, [(byte)(bytes[at] ^ 1)], at);
            return;
        }
        Assert.Fail("No volume holds the text.");
    }
}
