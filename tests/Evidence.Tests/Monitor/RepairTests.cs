using System.Text;
using Evidence.Core;
using Evidence.Core.Log;
using Evidence.Core.Seals;
using Evidence.Core.Verification;
using Evidence.Node.Anchoring;
using Evidence.Node.Replication;
using Evidence.Storage;
using Evidence.Storage.LevelDb;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Monitor;

/// <summary>Each kind of damage is found by the next sweep, repaired, and its alert closed by the check after the repair.</summary>
public sealed class RepairTests : SweepTestBase
{
    private Place Third => Log.FindLeaf(2)!.Value.Place;

    [Fact]
    public async Task Content_is_repaired_from_the_mirror()
    {
        var content = await ContentOffsetAsync();
        var alert = await AssertHealedAsync("volume-damaged", FindingCodes.PartChanged, () => Damage.Flip(VolumeFile, content + 10), VolumeFile);
        Assert.Contains("node2", alert.Repair, StringComparison.Ordinal);
    }

    [Fact]
    public Task A_tar_header_is_repaired() =>
        AssertHealedAsync("volume-damaged", FindingCodes.VolumeChanged, () => Damage.Flip(VolumeFile, (long)Third.Offset + 3), VolumeFile);

    [Fact]
    public Task A_seal_is_repaired() =>
        AssertHealedAsync("volume-damaged", FindingCodes.SealUnreadable, () => Damage.Flip(VolumeFile, (long)(Third.Offset + Third.Length) - 500, 0x01), VolumeFile);

    [Fact]
    public Task Three_records_in_a_row_are_one_alert() =>
        AssertHealedAsync("volume-damaged", FindingCodes.VolumeChanged, () => Damage.Zero(VolumeFile, (long)Third.Offset, (long)Third.Length * 2), VolumeFile);

    [Fact]
    public async Task A_truncated_volume_is_repaired() =>
        await AssertHealedAsync("volume-damaged", FindingCodes.VolumeMissing, () => Damage.Truncate(VolumeFile, (long)Third.Offset + 100), VolumeFile);

    [Fact]
    public async Task A_deleted_volume_is_restored() =>
        await AssertHealedAsync("volume-missing", FindingCodes.VolumeMissing, () => File.Delete(VolumeFile), VolumeFile);

    [Fact]
    public Task A_tile_is_rebuilt() => AssertHealedAsync("tiles-damaged", FindingCodes.TileChanged, () => Damage.Flip(Tile, 40), Tile);

    [Fact]
    public Task A_deleted_tile_is_rebuilt() => AssertHealedAsync("tiles-damaged", FindingCodes.TileMissing, () => File.Delete(Tile), Tile);

    [Fact]
    public Task An_entry_bundle_is_rebuilt() => AssertHealedAsync("tiles-damaged", FindingCodes.TileChanged, () => Damage.Flip(Bundle, 40), Bundle);

    [Fact]
    public Task The_checkpoint_is_rewritten() =>
        AssertHealedAsync("checkpoint-damaged", FindingCodes.CheckpointSignatureWrong, () => Damage.Flip(CheckpointFile, 0), CheckpointFile);

    [Fact]
    public Task A_deleted_checkpoint_is_rewritten() =>
        AssertHealedAsync("checkpoint-damaged", FindingCodes.TileMissing, () => File.Delete(CheckpointFile), CheckpointFile);

    [Fact]
    public Task A_log_json_is_rewritten() =>
        AssertHealedAsync("identity-damaged", FindingCodes.VolumeChanged, () => Damage.Flip(IdentityFile, 20), IdentityFile);

    [Fact]
    public Task A_deleted_log_json_is_rewritten() =>
        AssertHealedAsync("identity-damaged", FindingCodes.VolumeMissing, () => File.Delete(IdentityFile), IdentityFile);

    [Fact]
    public Task An_anchor_proof_is_fetched_again() =>
        AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => Damage.Flip(Log.Anchors.Path, 200), Log.Anchors.Path);

    [Fact]
    public async Task An_anchor_proof_is_captured_from_the_ledger_when_no_peer_answers()
    {
        await Other.StopAsync();
        await AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => Damage.Flip(Log.Anchors.Path, 200), Log.Anchors.Path);
    }

    [Fact]
    public Task An_anchor_proof_that_still_proves_after_its_damage_is_fetched_again() =>
        AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => AnchorForgery.ChangeUnproven(Log.Anchors.Path), Log.Anchors.Path);

    [Fact]
    public async Task An_anchor_proof_that_still_proves_after_its_damage_is_captured_from_the_ledger_when_no_peer_answers()
    {
        await Other.StopAsync();
        await AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => AnchorForgery.ChangeUnproven(Log.Anchors.Path), Log.Anchors.Path);
    }

    [Fact]
    public Task A_whole_anchors_file_that_was_made_to_fit_itself_is_fetched_again() =>
        AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => AnchorForgery.RewriteChain(Log.Anchors.Path), Log.Anchors.Path);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_peers_anchor_proof_that_proves_and_is_not_what_was_appended_is_not_taken(bool damagesLine) =>
        AssertHealedAsync("proofs-damaged", damagesLine ? FindingCodes.ProofFileChanged : FindingCodes.ProofFileMissing, () =>
        {
            AnchorForgery.RewriteChain(Network.Mirror(1, 0).Anchors.Path);
            if (damagesLine) Damage.Flip(Log.Anchors.Path, 200);
            else File.Delete(Log.Anchors.Path);
        }, Log.Anchors.Path);

    [Fact]
    public async Task An_anchor_proof_that_still_proves_after_its_damage_is_not_kept_when_nobody_can_be_asked()
    {
        await Other.StopAsync();
        Network.Ledger.Failure = _ => Nodes.FakeLedger.Unreachable;
        AnchorForgery.ChangeUnproven(Log.Anchors.Path);
        var damaged = File.ReadAllBytes(Log.Anchors.Path);
        var sweep = await SweepAsync(Node);
        Assert.Equal(V1.Outcome.Altered, sweep.Outcome);
        Assert.DoesNotContain(sweep.Findings, finding => finding.Code == FindingCodes.Unrecoverable);
        Assert.Equal(damaged, File.ReadAllBytes(Log.Anchors.Path));
        Network.Ledger.Failure = null;
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
    }

    [Fact]
    public async Task An_anchor_whose_proof_is_damaged_is_not_captured_beside_it()
    {
        await Network.ArchiveAsync(0, 1);
        await Network.SettleAsync(); // nothing is appended behind a damaged last entry: now the first is not the last
        await Node.StopAsync();
        Damage.Flip(Path.Combine(Node.DataFolder, "logs", LogStore.FolderName(Core.Notes.VerifierKey.Parse(Node.Identity.LogKey)), "proofs", "anchors.log"), 65);
        await Node.StartAsync();
        await Network.ArchiveAsync(0, 1);
        await Nodes.Eventually.TrueAsync(() => Log.Anchors.Read().Any(entry => Encoding.UTF8.GetString(entry).Contains($"\"size\":{Records + 2},", StringComparison.Ordinal)), "the new record is anchored");
        Assert.Equal(Network.Ledger.Anchors(Node.LogId).Count, Log.Anchors.Count);
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.Equal(Network.Ledger.Anchors(Node.LogId).Select(anchor => anchor.Size), Log.Anchors.Read().Select(entry => AnchorEntry.Parse(entry).Size));
    }

    [Fact]
    public async Task An_anchor_that_was_never_captured_waits_for_the_repair_of_the_damaged_proof_of_another()
    {
        var before = Log.Anchors.Count; // one, or two where the first records were slow to come
        Network.Ledger.Failure = static call => call.StartsWith("Capture", StringComparison.Ordinal) ? Nodes.FakeLedger.Unreachable : null;
        await ArchiveUntilAsync(() => Network.Ledger.Anchors(Node.LogId).Count == before + 1);
        Network.Ledger.Failure = static call => call == nameof(Evidence.Ledger.ILedger.CaptureBySizeAsync) ? Nodes.FakeLedger.Unreachable : null;
        await ArchiveUntilAsync(() => Log.Anchors.Count == before + 1);
        await ArchiveUntilAsync(() => Log.Anchors.Count == before + 2);
        var file = Log.Anchors.Path;
        await Node.StopAsync();
        Damage.Flip(file, File.ReadLines(file).Take((int)before).Sum(static line => line.Length + 1) + 65); // the brace that begins the last entry but one
        Network.Ledger.Failure = null;
        await Node.StartAsync();
        await ArchiveUntilAsync(() => Network.Ledger.Anchors(Node.LogId).Count == before + 4 && Log.Anchors.Count >= before + 3);
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.Equal(Network.Ledger.Anchors(Node.LogId).Select(anchor => anchor.Size).Order(), Log.Anchors.Read().Select(entry => AnchorEntry.Parse(entry).Size).Order());
    }

    private async Task ArchiveUntilAsync(Func<bool> anchored)
    {
        await Network.ArchiveAsync(0, 1);
        await Nodes.Eventually.TrueAsync(anchored, "the record is anchored");
    }

    [Fact]
    public async Task A_proof_that_was_put_back_is_known_again_without_a_restart()
    {
        await Node.StopAsync();
        await Other.StopAsync();
        Damage.Flip(Path.Combine(Other.DataFolder, "logs", LogStore.FolderName(Core.Notes.VerifierKey.Parse(Node.Identity.LogKey)), "proofs", "anchors.log"), 65); // the brace that begins the entry
        await Other.StartAsync();
        var history = Other.Services.GetRequiredService<AnchorHistories>().Of(Network.Mirror(1, 0));
        var anchors = Network.Ledger.Anchors(Node.LogId);
        Assert.False(history.Holds(anchors[0]));
        Assert.True((await SweepAsync(Other)).Outcome == V1.Outcome.Intact);
        Assert.All(anchors, anchor => Assert.True(history.Holds(anchor)));
    }

    [Fact]
    public Task A_cosignature_is_fetched_again() =>
        AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileChanged, () => Damage.Flip(Log.Cosignatures.Path, 200), Log.Cosignatures.Path);

    [Fact]
    public Task A_deleted_proof_file_is_fetched_again() =>
        AssertHealedAsync("proofs-damaged", FindingCodes.ProofFileMissing, () => File.Delete(Log.Cosignatures.Path), Log.Cosignatures.Path);

    [Fact]
    public async Task An_unexpected_file_among_the_tiles_is_set_aside()
    {
        var stray = Path.Combine(Log.Folder, "tile", "0", "999");
        await AssertHealedAsync("tiles-unexpected", FindingCodes.TileUnexpected, () => File.WriteAllText(stray, "stray"));
        Assert.False(File.Exists(stray));
    }

    [Fact]
    public async Task An_unexpected_file_among_the_volumes_is_set_aside()
    {
        var stray = Path.Combine(Log.Folder, "volumes", "readme.txt");
        await AssertHealedAsync("volumes-unexpected", FindingCodes.VolumeUnexpected, () => File.WriteAllText(stray, "stray"));
        Assert.False(File.Exists(stray));
    }

    [Fact]
    public async Task A_file_that_has_the_name_of_a_volume_is_named_and_not_touched()
    {
        var stray = Path.Combine(Log.Folder, "volumes", "v0000000099.tar");
        File.WriteAllText(stray, "stray");
        var sweep = await SweepAsync(Node);
        Assert.Contains(sweep.Findings, finding => finding.Code == FindingCodes.VolumeUnexpected && finding.Subject.EndsWith("v0000000099.tar", StringComparison.Ordinal));
        Assert.NotEqual(V1.Outcome.Intact, sweep.Outcome);
        Assert.True(Assert.Single(Node.Alerts.All).IsOpen);
        Assert.True(File.Exists(stray));
        File.Delete(stray);
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.False(Assert.Single(Node.Alerts.All).IsOpen);
    }

    [Fact]
    public async Task An_edited_index_entry_is_rebuilt()
    {
        var (record, _, place) = Log.FindLeaf(2)!.Value;
        await EditIndexAsync(record, bytes => bytes[^1] ^= 1);
        Assert.NotEqual(place, Log.Find(record));
        await AssertHealedAsync("index-damaged", FindingCodes.IndexChanged, () => { });
        Assert.Equal(place, Log.Find(record));
    }

    [Fact]
    public async Task A_deleted_index_entry_is_rebuilt()
    {
        var record = Log.FindLeaf(2)!.Value.Record;
        await EditIndexAsync(record, null);
        await AssertHealedAsync("index-damaged", FindingCodes.IndexMissing, () => { });
        Assert.NotNull(Log.Find(record));
    }

    [Fact]
    public async Task A_rewrite_of_volume_and_tiles_together_is_found_by_the_anchor_and_undone_from_the_mirror()
    {
        var before = new[] { VolumeFile, Tile, Bundle }.Select(File.ReadAllBytes).ToList();
        await RewriteConsistentlyAsync();
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.Contains(sweep.Findings, finding => finding.Code == FindingCodes.AnchorChanged);
        Assert.Equal(before, new[] { VolumeFile, Tile, Bundle }.Select(File.ReadAllBytes));
        Assert.All(Node.Alerts.All, alert => Assert.False(alert.IsOpen));
    }

    [Fact]
    public async Task A_damaged_journal_of_the_monitor_is_written_anew()
    {
        await Node.Alerts.OpenAsync("test:1", Severity.Warning, "", "Test.", [], CancellationToken.None);
        var journal = Node.Alerts.Journal.Path;
        Damage.Flip(journal, 100);
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.False(Node.Alerts.All.Single(alert => alert.Cause == "journal-damaged:alerts.log").IsOpen);
        Assert.Empty(Node.Alerts.Journal.Check());
    }

    [Fact]
    public async Task A_damaged_mirror_is_repaired_from_the_log_that_it_mirrors()
    {
        var mirror = Network.Mirror(1, 0);
        var file = Directory.GetFiles(Path.Combine(mirror.Folder, "volumes")).Single();
        var before = File.ReadAllBytes(file);
        Damage.Flip(file, 1000);
        var sweep = await SweepAsync(Other);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public async Task Damage_in_every_copy_is_unrecoverable_and_nothing_is_overwritten()
    {
        var content = await ContentOffsetAsync();
        Damage.Flip(VolumeFile, content + 10);
        Damage.Flip(Directory.GetFiles(Path.Combine(Network.Mirror(1, 0).Folder, "volumes")).Single(), content + 20);
        var damaged = File.ReadAllBytes(VolumeFile);
        var sweep = await SweepAsync(Node);
        Assert.Equal(V1.Outcome.Altered, sweep.Outcome);
        Assert.Contains(sweep.Findings, finding => finding.Code == FindingCodes.Unrecoverable);
        var alert = Assert.Single(Node.Alerts.All);
        Assert.True(alert.IsOpen);
        Assert.Contains("UNRECOVERABLE", alert.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(VolumeFile));
    }

    [Fact]
    public async Task A_peer_that_cannot_be_asked_is_not_called_unrecoverable_and_heals_when_it_is_back()
    {
        await Other.StopAsync();
        Damage.Flip(VolumeFile, (long)Third.Offset + 3);
        var sweep = await SweepAsync(Node);
        Assert.Equal(V1.Outcome.Altered, sweep.Outcome);
        Assert.DoesNotContain(sweep.Findings, finding => finding.Code == FindingCodes.Unrecoverable);
        await Other.StartAsync();
        Assert.Equal(V1.Outcome.Intact, (await SweepAsync(Node)).Outcome);
        Assert.False(Node.Alerts.All.Single(alert => alert.Cause.StartsWith("volume-damaged", StringComparison.Ordinal)).IsOpen);
    }

    [Fact]
    public async Task The_volume_decides_over_the_index_and_the_anchor_over_the_volume()
    {
        Damage.Flip(VolumeFile, (long)Third.Offset + 3);
        Damage.Flip(Tile, 10 * Digest.Size);
        Damage.Flip(CheckpointFile, 5);
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.Equal(3, sweep.Repaired);
    }

    private async Task<long> ContentOffsetAsync() => (await Log.ReadRecordAsync(Third, CancellationToken.None)).Members.First(member => member.Name == "c0001").Offset;

    private async Task EditIndexAsync(RecordId record, Action<byte[]>? edit)
    {
        var folder = Path.Combine(Log.Folder, "index");
        await Node.StopAsync();
        using (var index = Database.Open(folder))
        {
            var key = new byte[17];
            key[0] = (byte)'r';
            record.CopyTo(key.AsSpan(1));
            var value = index.Get(key)!;
            using var batch = new WriteBatch();
            edit?.Invoke(value);
            if (edit is null) batch.Delete(key);
            else batch.Put(key, value);
            index.Write(batch);
        }
        await Node.StartAsync();
    }

    /// <summary>What someone does who knows the format but has neither the log's key nor the ledger: content, seal, tile and bundle are made to fit each other.</summary>
    private async Task RewriteConsistentlyAsync()
    {
        var record = await Log.ReadRecordAsync(Third, CancellationToken.None);
        var content = record.Members.First(member => member.Name == "c0001");
        var bytes = File.ReadAllBytes(VolumeFile).AsSpan((int)content.Offset, (int)content.Size).ToArray();
        var (was, leafWas) = (Digest.Of(bytes), MerkleTree.LeafHash(record.SealBytes));
        bytes[5] ^= 1;
        var seal = Seal.Parse(record.SealBytes);
        var forged = (seal with { Parts = [.. seal.Parts.Select(part => part.Name == "c0001" ? part with { Sha256 = Digest.Of(bytes) } : part)] }).Encode();
        Damage.Flip(VolumeFile, content.Offset + 5, 1);
        Assert.Equal(1, Damage.Replace(VolumeFile, Encoding.ASCII.GetBytes(was.ToString()), Encoding.ASCII.GetBytes(Digest.Of(bytes).ToString())));
        Assert.Equal(1, Damage.Replace(Bundle, record.SealBytes, forged));
        Assert.Equal(1, Damage.Replace(Tile, leafWas.ToArray(), MerkleTree.LeafHash(forged).ToArray()));
    }
}
