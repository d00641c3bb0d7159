using Evidence.Ledger;
using Evidence.Node.Anchoring;
using Evidence.Node.Archiving;
using Evidence.Storage.LevelDb;
using Evidence.Tests.Nodes;
using Grpc.Core;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Hosting;

/// <summary>What a node does that finds its own files other than it left them.</summary>
public sealed class DamagedStartTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestTrust.StartTrustingNodeAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private string LogFolder => Assert.Single(Directory.GetDirectories(Path.Combine(_node.DataFolder, "logs")));

    private async Task<List<string>> ArchiveThreeAsync()
    {
        var records = new List<string>();
        for (byte i = 0; i < 3; i++) records.Add((await Upload.Of([i]).SendAsync(_node)).Record);
        foreach (var record in records) await _node.AnchoredAsync(record);
        return records;
    }

    [Fact]
    public async Task Takes_no_record_while_its_log_is_shorter_than_its_checkpoint()
    {
        var records = await ArchiveThreeAsync();
        await _node.StopAsync();
        var volume = Assert.Single(Directory.GetFiles(Path.Combine(LogFolder, "volumes")));
        using (var file = File.OpenWrite(volume)) file.SetLength(file.Length - 512);
        await _node.StartAsync();

        var status = await Upload.Of([9]).RefusedAsync(_node);
        Assert.Equal(StatusCode.Aborted, status.StatusCode);
        Assert.NotNull(_node.Alerts.FindOpen(OwnLogAppender.RefusedAlert));
        Assert.Equal(Outcome.Intact, (await _node.Client.VerifyRecordAsync(records[0], CancellationToken.None)).Whole);
    }

    [Fact]
    public async Task Finds_a_record_to_which_the_index_no_longer_leads()
    {
        var records = await ArchiveThreeAsync();
        await _node.StopAsync();
        SwapInIndex(records[0], records[1]);
        await _node.StartAsync();
        foreach (var record in records)
            Assert.Equal(Outcome.Intact, (await _node.Client.VerifyRecordAsync(record, CancellationToken.None)).Whole);
    }

    [Fact]
    public async Task Goes_on_when_its_proofs_are_deleted_behind_its_back()
    {
        var records = await ArchiveThreeAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(LogFolder, "proofs"))) File.Delete(file);
        var verdict = await _node.Client.VerifyRecordAsync(records[0], CancellationToken.None);
        Assert.Equal(Outcome.Undetermined, verdict.Whole);
        Assert.Equal(3UL, (await Upload.Of([3]).SendAsync(_node)).Leaf);
    }

    [Fact]
    public async Task Makes_no_second_history_of_a_log_that_was_set_back_while_the_ledger_is_away()
    {
        var records = await ArchiveThreeAsync();
        await _node.StopAsync();
        var volume = Assert.Single(Directory.GetFiles(Path.Combine(LogFolder, "volumes")));
        using (var file = File.OpenWrite(volume)) file.SetLength(file.Length - 512);
        File.Delete(Path.Combine(LogFolder, "checkpoint"));
        _node.Ledger.Failure = _ => FakeLedger.Unreachable;
        await _node.StartAsync();
        Assert.Equal(Outcome.Intact, (await _node.Client.VerifyRecordAsync(records[0], CancellationToken.None)).Layers[Core.Verification.Layer.Content]);
        var status = await Upload.Of([9]).RefusedAsync(_node);
        Assert.Equal(StatusCode.Aborted, status.StatusCode);
        Assert.Contains("contradict each other", status.Detail, StringComparison.Ordinal);
        _node.Ledger.Failure = null;
        _node.Ledger.RollBack(_node.LogId, 0);
        await Eventually.TrueAsync(() => _node.Alerts.FindOpen(AnchorAlerts.LogBehindLedger) is not null, "the alert is open");
        Assert.Equal(StatusCode.Aborted, (await Upload.Of([9]).RefusedAsync(_node)).StatusCode);
    }

    [Fact]
    public async Task Goes_on_serving_while_no_checkpoint_can_be_published()
    {
        var records = await ArchiveThreeAsync();
        await _node.StopAsync();
        var volume = Assert.Single(Directory.GetFiles(Path.Combine(LogFolder, "volumes")));
        using (var file = File.OpenWrite(volume)) file.SetLength(file.Length - 512);
        var rounds = 0;
        _node.Ledger.Failure = call =>
        {
            if (call == nameof(ILedger.LogInfoAsync)) Interlocked.Increment(ref rounds); // each round of anchoring begins with it
            return null;
        };
        await _node.StartAsync();
        await Eventually.TrueAsync(() => rounds >= 3, "some rounds have found a log that is not whole");
        Assert.Equal(Outcome.Intact, (await _node.Client.VerifyRecordAsync(records[0], CancellationToken.None)).Whole);
    }

    private void SwapInIndex(string first, string second)
    {
        using var index = Database.Open(Path.Combine(LogFolder, "index"));
        var (a, b) = (Key(first), Key(second));
        using var batch = new WriteBatch();
        batch.Put(a, index.Get(b)!);
        batch.Put(b, index.Get(a)!);
        index.Write(batch);
    }

    private static byte[] Key(string record)
    {
        var key = new byte[17];
        key[0] = (byte)'r';
        Core.RecordId.Parse(record).CopyTo(key.AsSpan(1));
        return key;
    }

    [Fact]
    public async Task Serves_again_after_its_index_was_deleted()
    {
        var records = await ArchiveThreeAsync();
        await _node.StopAsync();
        Directory.Delete(Path.Combine(LogFolder, "index"), recursive: true);
        await _node.StartAsync();
        foreach (var record in records)
            Assert.Equal(Outcome.Intact, (await _node.Client.VerifyRecordAsync(record, CancellationToken.None)).Whole);
        Assert.Equal(3UL, (await Upload.Of([3]).SendAsync(_node)).Leaf);
    }
}
