using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Node.Archiving;
using Evidence.Node.Configuration;
using Evidence.Node.Replication;
using Evidence.Node.Witnessing;
using Evidence.Tests.Nodes;
using Evidence.Tests.Rotating;
using Evidence.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Witnessing;

/// <summary>A node asks a witness for cosignatures, over HTTP.</summary>
public sealed class WitnessTests : IAsyncLifetime
{
    private HttpWitness _witness = null!;
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _witness = await new HttpWitness().StartAsync();
        _node = TestNode.Create(json =>
        {
            json["requireSignature"] = false;
            json["witnesses"] = new JsonArray(new JsonObject { ["key"] = _witness.Key.ToString(), ["url"] = $"{_witness.Address}log" });
        });
        _witness.Log = VerifierKey.Parse(_node.Identity.LogKey);
        _node.Register();
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _witness.DisposeAsync();
    }

    [Fact]
    public async Task Keeps_the_cosignature_of_each_newest_anchor_and_proves_the_growth_between()
    {
        await _node.StartAsync();
        await CosignedAsync(await AnchoredAsync(3));
        await CosignedAsync(await AnchoredAsync(2));
        Assert.Equal("old 0", _witness.Requests[0].Split('\n')[0]);
        Assert.DoesNotContain(_witness.Requests.Skip(1), request => request.StartsWith("old 0\n", StringComparison.Ordinal));
        Assert.DoesNotContain(_node.Alerts.All, alert => alert.IsOpen);
    }

    [Fact]
    public async Task Counts_the_cosignature_in_the_verdict_when_trust_json_names_the_witness()
    {
        var trust = TestTrust.For(_node) with { Witnesses = [new Core.Trust.TrustedWitness(_witness.Key.ToString())] };
        var file = _node.Write("trust.json", System.Text.Encoding.UTF8.GetString(Core.Trust.TrustPolicyJson.Encode(trust)));
        _node.Edit(json => json["trust"] = JsonValue.Create(file));
        await _node.StartAsync();
        var receipt = await Upload.Of([1]).SendAsync(_node);
        var verdict = await Eventually.GetAsync(() => _node.Client.VerifyRecordAsync(receipt.Record, CancellationToken.None), v => v.Whole == Core.Verification.Outcome.Intact, "the record is intact");
        Assert.Contains(verdict.RestsOn, ground => ground.Contains(_witness.Key.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Goes_on_after_a_restart_from_what_it_kept()
    {
        await _node.StartAsync();
        await CosignedAsync(await AnchoredAsync(3));
        await _node.StopAsync();
        var before = _witness.Requests.Count;
        await _node.StartAsync();
        await CosignedAsync(await AnchoredAsync(1));
        Assert.StartsWith("old 3\n", _witness.Requests[before], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_from_what_the_witness_has_when_it_lost_the_newest()
    {
        await _node.StartAsync();
        await CosignedAsync(await AnchoredAsync(3));
        _witness.Latest = null;
        await CosignedAsync(await AnchoredAsync(2));
    }

    [Fact]
    public async Task Refuses_records_while_the_witness_has_cosigned_more_leaves_than_there_are()
    {
        _witness.Latest = new Checkpoint(_node.Identity.Origin, 1_000, default);
        await _node.StartAsync();
        await AnchoredAsync(1);
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(WitnessAlerts.Ahead(_witness.Key.Name)) is not null, "the alert is open");
        var gate = _node.Services.GetRequiredService<AppendGate>();
        Assert.Contains("1000 leaves", Assert.Throws<ArchiveRefusedException>(gate.Check).Message, StringComparison.Ordinal);
        _witness.Latest = null; // as if the leaves were back: what the witness says is what counts
        await Eventually.TrueAsync(() => !gate.IsClosed && _node.Alerts.FindOpen(WitnessAlerts.Ahead(_witness.Key.Name)) is null, "records are taken again");
    }

    [Fact]
    public async Task Confirms_that_the_log_was_not_set_back_while_ledger_and_peers_are_away()
    {
        _node.Edit(static json => json["peers"] = new JsonArray(new JsonObject { ["name"] = "node2", ["address"] = "http://127.0.0.1:1" }));
        await _node.StartAsync();
        await CosignedAsync(await AnchoredAsync(2));
        await _node.StopAsync();
        _node.Ledger.Failure = static _ => FakeLedger.Unreachable;
        await _node.StartAsync();
        await Eventually.TrueAsync(() => _node.Services.GetRequiredService<AppendGate>().Why(AppendGate.Unconfirmed) is null, "the witness confirms");
        await Upload.Of([9]).SendAsync(_node);
    }

    [Fact]
    public async Task Tells_of_a_witness_that_does_not_know_the_log_until_it_does()
    {
        var log = _witness.Log;
        _witness.Log = null;
        await _node.StartAsync();
        var size = await AnchoredAsync(1);
        await OpenAsync(WitnessAlerts.Refused(_witness.Key.Name), "does not know the log");
        _witness.Log = log;
        await CosignedAsync(size);
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(WitnessAlerts.Refused(_witness.Key.Name)) is null, "the alert is closed");
    }

    [Fact]
    public async Task Goes_on_over_a_rotation_of_the_log_s_key_once_the_witness_is_told_of_the_new_one()
    {
        await _node.StartAsync();
        await CosignedAsync(await AnchoredAsync(2));
        var rotated = await HandedOn.RotateAsync(_node);
        var before = _witness.Requests.Count;
        await _node.StartAsync();
        var size = await AnchoredAsync(1);
        await OpenAsync(WitnessAlerts.Refused(_witness.Key.Name), "under another key");
        Assert.DoesNotContain(Kept(), entry => entry.Checkpoint.Size == size);
        _witness.Log = VerifierKey.Parse(rotated.NewKey);
        await CosignedAsync(size);
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(WitnessAlerts.Refused(_witness.Key.Name)) is null, "the alert is closed");
        Assert.All(_witness.Requests.Skip(before), request => Assert.StartsWith("old 2\n", request, StringComparison.Ordinal));
        Assert.Contains(Kept(), entry => entry.Checkpoint.Size == 2); // what it cosigned under the old key stays
    }

    [Fact]
    public async Task Tells_of_a_witness_that_holds_another_history()
    {
        _witness.Latest = new Checkpoint(_node.Identity.Origin, 2, Digest.Of([1]));
        await _node.StartAsync();
        await AnchoredAsync(3);
        await OpenAsync(WitnessAlerts.Contradicts(_witness.Key.Name), "another history");
        Assert.Empty(Kept());
    }

    [Fact]
    public async Task Keeps_no_cosignature_that_does_not_verify()
    {
        var other = new Cosigner(_witness.Key.Name, RandomNumberGenerator.GetBytes(32));
        _witness.Instead = () => (200, HttpWitness.LineOf(new NoteSignature(_witness.Key.Name, _witness.Key.KeyId, other.Cosign("other text\n", DateTimeOffset.UnixEpoch).Value)));
        await _node.StartAsync();
        await AnchoredAsync(1);
        await OpenAsync(WitnessAlerts.Refused(_witness.Key.Name), "no valid cosignature");
        Assert.Empty(Kept());
    }

    [Fact]
    public async Task Passes_over_lines_by_keys_that_nobody_asked()
    {
        var other = new Cosigner("witness.example/other", RandomNumberGenerator.GetBytes(32));
        await _node.StartAsync();
        var size = await AnchoredAsync(1);
        await CosignedAsync(size);
        var note = new SignedNote(Kept()[0].Note.Text, Kept()[0].WithoutWitness().Signatures);
        var request = new AddCheckpointRequest(0, [], note);
        var own = Kept()[0].Witness;
        Assert.Equal(own, request.ReadCosignature(HttpWitness.LineOf(other.Cosign(note.Text, DateTimeOffset.UnixEpoch)) + HttpWitness.LineOf(own), _witness.Key));
        Assert.Throws<FormatException>(() => request.ReadCosignature(HttpWitness.LineOf(other.Cosign(note.Text, DateTimeOffset.UnixEpoch)), _witness.Key));
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(302, "")]
    [InlineData(409, "no size")]
    [InlineData(409, "0\n")] // what it was told
    [InlineData(200, null)] // longer than is read
    public async Task Takes_an_answer_that_says_nothing_of_use_for_none(int status, string? body)
    {
        _witness.Instead = () => (status, body ?? new string('x', WitnessClient.MaxAnswer + 1));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var client = new WitnessClient(http, new WitnessOptions(_witness.Key, new Uri(_witness.Address, "log")), TimeProvider.System);
        var note = new Checkpoint("example.com/log", 7, default).SignedBy(new LogSigner("example.com/log", new byte[32]));
        await Assert.ThrowsAsync<WitnessSilentException>(() => client.AddCheckpointAsync(new AddCheckpointRequest(0, [], note), CancellationToken.None));
    }

    [Fact]
    public async Task Anchors_on_while_a_witness_is_silent_and_tells_of_it()
    {
        _witness.Instead = () => (503, "");
        await _node.StartAsync();
        await AnchoredAsync(1);
        await OpenAsync(WitnessAlerts.Silent(_witness.Key.Name), "no cosignatures");
        var size = await AnchoredAsync(1);
        _witness.Instead = null;
        await CosignedAsync(size);
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(WitnessAlerts.Silent(_witness.Key.Name)) is null, "the alert is closed");
    }

    [Fact]
    public void Writes_a_request_as_the_standard_has_it()
    {
        var signer = new LogSigner("example.com/log", new byte[32]);
        var note = new Checkpoint("example.com/log", 7, Digest.Of([7])).SignedBy(signer);
        var text = System.Text.Encoding.UTF8.GetString(new AddCheckpointRequest(5, [Digest.Of([1]), Digest.Of([2])], note).Encode());
        Assert.Equal($"old 5\n{Base64(1)}\n{Base64(2)}\n\nexample.com/log\n7\n{Base64(7)}\n\n\u2014 example.com/log {text.Split(' ')[^1]}", text);
        Assert.StartsWith("old 0\n\nexample.com/log\n", System.Text.Encoding.UTF8.GetString(new AddCheckpointRequest(0, [], note).Encode()), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new AddCheckpointRequest(5, [.. Enumerable.Repeat(Digest.Of([1]), 64)], note).Encode());
    }

    private static string Base64(byte content) => Convert.ToBase64String(Digest.Of([content]).ToArray());

    private CosignatureEntry[] Kept() => [.. _node.Logs.Own.Cosignatures.Read().Select(line => CosignatureEntry.Parse(line, _node.Logs.Own.Keys))];

    // How many leaves are anchored once as many records were filed.
    private async Task<ulong> AnchoredAsync(int records)
    {
        V1.ArchiveResponse? last = null;
        for (var i = 0; i < records; i++) last = await Upload.Of(RandomNumberGenerator.GetBytes(10)).SendAsync(_node);
        await Eventually.GetAsync(() => _node.Client.GetRecordAsync(last!.Record, CancellationToken.None), r => r.State == AnchorState.Anchored, "the record is anchored");
        return _node.Logs.Own.Size;
    }

    private Task CosignedAsync(ulong size) => Eventually.TrueAsync(
        () => Kept().Any(entry => entry.Checkpoint.Size == size && entry.Note.CosignedAt(_witness.Key) is not null), $"{size} leaves are cosigned");

    private async Task OpenAsync(string cause, string saying)
    {
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(cause) is not null, $"the alert {cause} is open");
        Assert.Contains(saying, _node.Alerts.FindOpen(cause)!.Message, StringComparison.Ordinal);
    }
}
