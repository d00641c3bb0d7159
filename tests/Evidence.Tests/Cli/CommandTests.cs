using System.Text;
using System.Text.Json.Nodes;
using Evidence.Cli;
using Evidence.Core.Trust;
using Evidence.Network.Demo;
using Evidence.Node.Archiving;
using Evidence.Tests.Auditing;
using Evidence.Tests.Nodes;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Cli;

/// <summary>The commands against a whole node.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _files = new();
    private readonly DemoAuthority _authority = new(TimeProvider.System);
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        var roots = Write("ca.pem", _authority.RootPem);
        _node = await TestTrust.StartTrustingNodeAsync(json => json["signatureRoots"] = new JsonArray(roots));
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public async Task Archives_files_with_the_signatures_beside_them_and_lists_them_in_leaf_order()
    {
        string[] files = [Signed("a.txt", 0), Signed("b.txt", 1), Signed("c.txt", 2), Signed("d.txt", 3), Write("plain.txt", "unsigned")];
        var archived = await RunAsync("archive", [.. files, .. files.Where(f => File.Exists(f + ".p7s")).Select(f => f + ".p7s")]);
        Assert.Equal(0, archived.Code);
        var receipts = archived.Json["records"]!.AsArray();
        Assert.Equal(files, receipts.Select(r => Text(r, "file")));
        Assert.Equal(["TOTAL-PASSED", "TOTAL-PASSED", "TOTAL-PASSED", "TOTAL-PASSED", "NONE"], receipts.Select(r => Text(r, "signature")));

        var listed = (await RunAsync("list")).Json["records"]!.AsArray();
        Assert.Equal([0, 1, 2, 3, 4], listed.Select(r => r!["leaf"]!.GetValue<int>()));
        Assert.Equal(receipts.Select(r => Text(r, "record")).Order(StringComparer.Ordinal), listed.Select(r => Text(r, "record")).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await RunAsync("list", "--limit", "2")).Json["records"]!.AsArray().Count);
    }

    [Fact]
    public async Task Files_the_good_ones_and_refuses_a_file_that_was_changed_after_signing()
    {
        var (good, bad) = (Signed("good.txt", 0), Signed("bad.txt", 1));
        File.AppendAllText(bad, "changed");
        var run = await RunAsync("archive", good, bad);
        Assert.Equal(ExitCode.Altered, run.Code);
        Assert.NotNull(run.Json["records"]![0]!["record"]);
        Assert.Contains("c0001", Text(run.Json["records"]![1], "refused"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_a_folder_with_all_that_is_in_it_small_and_large_hidden_and_with_odd_names()
    {
        Directory.CreateDirectory(_files.At("in", "deeper"));
        var large = new byte[3 << 20];
        new Random(1).NextBytes(large);
        File.WriteAllBytes(_files.At("in", "deeper", "large.bin"), large);
        foreach (var name in (string[])["in/.hidden", "in/deeper/two\nlines.txt", "in/empty", "in/档案.txt"]) Write(name, name == "in/empty" ? "" : name);
        Directory.CreateSymbolicLink(_files.At("in", "deeper", "round"), _files.At("in"));
        for (var i = 0; i < 200; i++) Write($"in/f{i:000}", $"{i}");
        var run = await RunAsync("archive", "-r", _files.At("in"));
        Assert.Equal(0, run.Code);
        var records = run.Json["records"]!.AsArray();
        Assert.Equal(205, records.Count);
        Assert.Equal(records.Select(r => Text(r, "file")).Order(StringComparer.Ordinal), records.Select(r => Text(r, "file")));
        Assert.Equal(205UL, _node.Logs.Own.Size);
        foreach (var record in records.Where(r => !Text(r, "file").Contains("/f", StringComparison.Ordinal)))
        {
            var copy = _files.At("copy");
            Assert.Equal(0, (await RunAsync("get", Text(record, "record"), "-o", copy)).Code);
            Assert.Equal(File.ReadAllBytes(Text(record, "file")), File.ReadAllBytes(copy));
            File.Delete(copy);
            Assert.Equal(Path.GetFileName(Text(record, "file")), Text((await RunAsync("get", Text(record, "record"))).Json["parts"]![0], "fileName"));
        }
    }

    [Fact]
    public async Task A_folder_without_r_is_not_filed()
    {
        Write("one.txt", "1");
        var run = await CommandRun.Of("archive", _files.Path, "--node", Url);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("add -r", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_decides_the_exit_code_and_keeps_no_other_from_being_filed()
    {
        var (first, gone, last) = (Write("a.txt", "1"), Write("b.txt", "2"), Write("c.txt", "3"));
        Directory.CreateSymbolicLink(_files.At("d.txt"), "/no/such/target");
        File.Delete(gone);
        File.CreateSymbolicLink(gone, gone); // is there, and cannot be opened
        var run = await RunAsync("archive", "-r", _files.Path);
        Assert.Equal(ExitCode.Usage, run.Code);
        var records = run.Json["records"]!.AsArray().Where(r => r!["record"] is not null).Select(r => Text(r, "file"));
        Assert.Contains(first, records);
        Assert.Contains(last, records);
        Assert.Equal(2, run.Json["records"]!.AsArray().Count(r => r!["error"] is not null));
    }

    [Fact]
    public async Task A_line_break_in_a_file_name_makes_no_line_of_its_own()
    {
        var (odd, other) = (Write("x\nfake.txt: archived\u202e", "1"), Write("other.txt", "2"));
        var run = await CommandRun.Of("archive", odd, other, "--node", Url);
        Assert.Equal(0, run.Code);
        Assert.Contains("x\\u{a}fake.txt: archived\\u{202e}: ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\nfake", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judges_all_other_records_when_one_cannot_be_asked_about()
    {
        var record = await ArchiveAsync(Write("file.txt", "content"));
        await ArchiveAsync(Write("other.txt", "content"));
        await _node.AnchoredAsync(record);
        var place = _node.Logs.Own.Find(Core.RecordId.Parse(record))!;
        var file = Directory.EnumerateFiles(_node.Logs.Own.Folder, "v*.tar", SearchOption.AllDirectories).Single();
        using (var volume = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            volume.Position = (long)place.Offset;
            volume.Write(new byte[(int)place.Length]);
        }
        var run = await RunAsync("verify", "--all");
        Assert.NotEqual(0, run.Code);
        Assert.Equal(2, run.Json["targets"]!.AsArray().Count);
    }

    [Fact]
    public async Task Shows_a_record_and_gives_back_the_very_bytes_that_were_filed()
    {
        var file = Write("档案.txt", "内容");
        var record = await ArchiveAsync(file, "--title", "题名", "--fonds", "全宗一", "--field", "box=7");
        var shown = (await RunAsync("get", record)).Json;
        Assert.Equal("题名", Text(shown["description"], "title"));
        Assert.Equal("7", Text(shown["description"]!["fields"], "box"));
        Assert.Equal("档案.txt", Text(shown["parts"]![0], "fileName"));

        var copy = _files.At("copy");
        Assert.Equal(0, (await RunAsync("get", record, "-o", copy)).Code);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(copy));
        Assert.Equal(ExitCode.Usage, (await RunAsync("get", record, "-o", copy, "--part", "c0009")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("get", record, "-o", copy)).Code); // it is there
        Assert.Equal(ExitCode.Usage, (await RunAsync("package", record, "-o", copy)).Code);
        Assert.Equal(0, (await RunAsync("get", record, "-o", copy, "--force")).Code);
        Assert.Contains("全宗一", (await CommandRun.Of("get", record, "--node", Url)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verifies_a_record_by_number_and_a_file_by_its_bytes()
    {
        var file = Write("file.txt", "content");
        var record = await ArchiveAsync(file);
        await _node.AnchoredAsync(record);
        var byNumber = await RunAsync("verify", record);
        var byBytes = await RunAsync("verify", file);
        Assert.Equal([ExitCode.Intact, ExitCode.Intact], [byNumber.Code, byBytes.Code]);
        var verdict = byNumber.Json["targets"]![0]!["verdicts"]![0]!;
        Assert.Equal("INTACT", Text(verdict["layers"], "content"));
        Assert.Equal(record, Text(byBytes.Json["targets"]![0]!["verdicts"]![0], "record"));
        Assert.Contains("INTACT 一致", (await CommandRun.Of("verify", record, "--node", Url)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Intact, (await RunAsync("verify", "--all")).Code);
    }

    [Fact]
    public async Task Takes_the_nodes_word_for_no_file_that_is_to_be_judged_by_trust_json()
    {
        var archived = Write("evidence.zip", "an original, under a package's name");
        await _node.AnchoredAsync(await ArchiveAsync(archived));
        var trust = Write("trust.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(TestTrust.For(_node))));
        foreach (var file in new[] { archived, Write("empty.zip", "") })
        {
            var refused = await RunAsync("verify", file, "--trust", trust);
            Assert.Equal(ExitCode.Usage, refused.Code);
            Assert.Contains("is no evidence package", Text(refused.Json, "error"), StringComparison.Ordinal);
        }
        var judged = await CommandRun.Of("verify", archived, "--node", Url);
        Assert.Equal(ExitCode.Intact, judged.Code);
        Assert.Contains("no evidence package: the node was asked", judged.Output, StringComparison.Ordinal);
        Assert.Contains("statement of the node", judged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_undetermined_and_why_before_a_record_is_anchored()
    {
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        var record = await ArchiveAsync(Write("file.txt", "content"));
        var run = await RunAsync("verify", record);
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("E502", run.Json.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("UNDETERMINED 无法判定", (await CommandRun.Of("verify", record, "--node", Url)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_nothing_is_known_of_a_file_that_was_changed()
    {
        var file = Write("file.txt", "content");
        await ArchiveAsync(file);
        File.AppendAllText(file, ".");
        var run = await RunAsync("verify", file);
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Empty(run.Json["targets"]![0]!["verdicts"]!.AsArray());
    }

    [Fact]
    public async Task Reports_altered_and_hands_out_nothing_when_stored_bytes_were_changed()
    {
        var record = await ArchiveAsync(Write("file.txt", "content"));
        VolumeTampering.FlipByte(_node.Logs.Own.Folder, record, "c0001");
        Assert.Equal(ExitCode.Altered, (await RunAsync("verify", record)).Code);
        var copy = _files.At("copy");
        Assert.NotEqual(0, (await RunAsync("get", record, "-o", copy)).Code);
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public async Task Reports_altered_also_when_another_target_cannot_be_verified()
    {
        var record = await ArchiveAsync(Write("file.txt", "content"));
        VolumeTampering.FlipByte(_node.Logs.Own.Folder, record, "c0001");
        var run = await RunAsync("verify", "no-such-file", record, "0198c1d2-7a3b-7c4d-8e5f-001122334455");
        Assert.Equal(ExitCode.Altered, run.Code);
        Assert.Equal([1, 2], [run.Json["altered"]!.GetValue<int>(), run.Json["notVerified"]!.GetValue<int>()]);
        Assert.Contains("no-such-file", Text(run.Json["targets"]![0], "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writes_a_package_and_judges_it_without_the_node()
    {
        var record = await ArchiveAsync(Signed("signed.txt", 0));
        await _node.AnchoredAsync(record);
        var package = _files.At("package.zip");
        Assert.Equal(0, (await RunAsync("package", record, "-o", package)).Code);
        var trust = Write("trust.json", Encoding.UTF8.GetString(TrustPolicyJson.Encode(TestTrust.For(_node) with { SignatureRootsPem = [_authority.RootPem] })));
        await _node.StopAsync();

        var run = await CommandRun.Of("verify", package, "--trust", trust, "--json", "--node", CommandRun.NoNode);
        Assert.Equal(ExitCode.Intact, run.Code);
        Assert.Equal("package", Text(run.Json["targets"]![0], "kind"));
        Assert.Equal(ExitCode.Undetermined, (await CommandRun.Of("verify", package, "--node", CommandRun.NoNode)).Code);

        var bytes = File.ReadAllBytes(package);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(package, bytes);
        Assert.Equal(ExitCode.Altered, (await CommandRun.Of("verify", package, "--trust", trust, "--node", CommandRun.NoNode)).Code);
    }

    [Fact]
    public async Task Checks_inclusion_and_consistency_itself_and_shows_the_anchors()
    {
        var first = await ArchiveAsync(Write("one.txt", "1"));
        await _node.AnchoredAsync(first);
        var second = await ArchiveAsync(Write("two.txt", "2"));
        await _node.AnchoredAsync(second);
        var inclusion = await RunAsync("proof", second);
        Assert.Equal(0, inclusion.Code);
        Assert.True(inclusion.Json["holds"]!.GetValue<bool>());
        Assert.Equal(1, inclusion.Json["leaf"]!.GetValue<int>());
        var consistency = await RunAsync("proof", "--since", "1");
        Assert.Equal(0, consistency.Code);
        Assert.True(consistency.Json["holds"]!.GetValue<bool>());
        Assert.Equal([2, 1], (await RunAsync("anchors")).Json["anchors"]!.AsArray().Select(a => a!["size"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Says_of_a_proof_that_does_not_hold_that_it_does_not()
    {
        await ArchiveAsync(Write("one.txt", "1"));
        var second = await ArchiveAsync(Write("two.txt", "2"));
        await _node.AnchoredAsync(second);
        await using var bent = await BentNode.StartAsync(_node);
        bent.BendProof = static hashes => hashes[^1] = ByteString.CopyFrom(new byte[32]);
        foreach (var asked in (string[][])[[second], ["--since", "1"]])
        {
            var run = await CommandRun.Of(["proof", .. asked, "--json", "--node", bent.Client.Address]);
            Assert.Equal((ExitCode.Altered, false), (run.Code, run.Json["holds"]!.GetValue<bool>()));
            Assert.Contains("NOT", (await CommandRun.Of(["proof", .. asked, "--node", bent.Client.Address])).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_log_without_records_was_not_verified()
    {
        var run = await RunAsync("verify", "--all");
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("nothing was verified", Text(run.Json, "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sweeps_and_shows_the_alert_of_a_fault_that_no_replica_can_repair()
    {
        var record = await ArchiveAsync(Write("file.txt", "content"));
        await _node.AnchoredAsync(record);
        VolumeTampering.FlipByte(_node.Logs.Own.Folder, record, "c0001");
        var sweep = await RunAsync("sweep", "--wait");
        Assert.Equal((ExitCode.Altered, 1), (sweep.Code, sweep.Json["recordsDamaged"]!.GetValue<int>()));
        Assert.Contains(record, sweep.Json["findings"]!.ToJsonString(), StringComparison.Ordinal);
        var alert = Assert.Single((await RunAsync("alerts", "--open")).Json["alerts"]!.AsArray(), a => a!.ToJsonString().Contains(record, StringComparison.Ordinal));
        Assert.Equal("open", Text(alert, "state"));
        Assert.Contains("OPEN", (await CommandRun.Of("alerts", "--node", Url)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_with_exit_code_2_for_a_record_or_a_log_that_the_node_does_not_hold()
    {
        const string unknown = "0198c1d2-7a3b-7c4d-8e5f-001122334455";
        Assert.Equal(ExitCode.Usage, (await RunAsync("get", unknown)).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("verify", unknown)).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("package", unknown, "-o", _files.At("none.zip"))).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("list", "--log", "no.such/log")).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("package", "--fonds", "nope", "-o", _files.At("none.zip"))).Code);
        Assert.Equal(ExitCode.Usage, (await RunAsync("package", await ArchiveAsync(Write("a.txt", "a")), "--checkpoint", "9999999", "-o", _files.At("none.zip"))).Code);
        Assert.Empty(Directory.GetFiles(_files.Path, "*none.zip*"));
    }

    [Fact]
    public async Task Answers_with_exit_code_4_when_the_node_takes_no_records_at_present()
    {
        _node.Services.GetRequiredService<AppendGate>().Close("test", "Closed for a test.");
        var run = await RunAsync("archive", Write("a.txt", "a"));
        Assert.Equal(ExitCode.Undetermined, run.Code);
        Assert.Contains("Closed for a test.", run.Output, StringComparison.Ordinal);
    }

    private string Url => _node.Address.AbsoluteUri;

    private Task<CommandRun> RunAsync(string command, params string[] arguments) => CommandRun.Of([command, .. arguments, "--json", "--node", Url]);

    private async Task<string> ArchiveAsync(string file, params string[] options)
    {
        var run = await RunAsync("archive", [file, .. options]);
        Assert.Equal(0, run.Code);
        return Text(run.Json["records"]![0], "record");
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_files.At(name), text);
        return _files.At(name);
    }

    private string Signed(string name, int number)
    {
        var file = Write(name, $"content of {name}");
        _authority.Sign(file, number);
        return file;
    }

    private static string Text(JsonNode? json, string member) => json![member]!.GetValue<string>();
}
