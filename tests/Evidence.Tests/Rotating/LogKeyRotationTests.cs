using System.Text;
using Evidence.Core.Notes;
using Evidence.Core.Packages;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Hosting;
using Evidence.Node.Logs;
using Evidence.Node.Reindexing;
using Evidence.Node.Rotating;
using Evidence.Storage;
using Evidence.Storage.Reindexing;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;

namespace Evidence.Tests.Rotating;

public sealed class LogKeyRotationTests
{
    [Fact]
    public async Task Records_before_and_after_verify_online_and_as_packages_under_any_of_the_keys()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        var before = await ArchiveAsync(node, "before");
        var rotated = await HandedOn.RotateAsync(node);
        await node.StartAsync();
        var after = await ArchiveAsync(node, "after");
        Assert.Equal((node.LogId, rotated.NewKey), (node.Logs.Own.Keys.LogId, node.Logs.Own.Keys.Current.ToString()));
        foreach (var record in (string[])[before, after])
        {
            var verdict = await node.Client.VerifyRecordAsync(record, CancellationToken.None);
            Assert.True(verdict.Whole == Outcome.Intact, string.Join('\n', verdict.Findings));
            Assert.Equal((Outcome.Intact, ""), await JudgeAsync(node, record, TestTrust.For(node)));
        }

        var newOnly = TestTrust.For(node) with { Logs = [new TrustedKey(rotated.NewKey, node.LogId)] };
        Assert.Equal((Outcome.Intact, ""), await JudgeAsync(node, after, newOnly));
        var (whole, codes) = await JudgeAsync(node, before, newOnly); // its checkpoint is older than the rotation
        Assert.Equal(Outcome.Undetermined, whole);
        Assert.Contains(FindingCodes.LogKeysUnexpected, codes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_changes_no_package_of_an_earlier_checkpoint()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        var record = await ArchiveAsync(node, "before");
        var package = await PackageAsync(node, record);
        await HandedOn.RotateAsync(node);
        await node.StartAsync();
        Assert.Equal(package, await PackageAsync(node, record));
    }

    [Fact]
    public async Task A_mirror_follows_and_reindex_and_sweep_stay_clean()
    {
        await using var network = await TestNetwork.StartAsync(2);
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        var rotated = await HandedOn.RotateAsync(network[0]);
        await network[0].StartAsync();
        await network.ArchiveAsync(0, 3);
        await network.SettleAsync();
        Assert.Equal([rotated.OldKey, rotated.NewKey], network.Mirror(1, 0).Keys.Keys.Select(key => key.ToString()));
        foreach (var number in (int[])[0, 1])
        {
            var sweep = await TestNetwork.SweepAsync(network[number]);
            Assert.True(sweep.Outcome == V1.Outcome.Intact, string.Join('\n', sweep.Findings));
            Assert.Empty(network[number].Alerts.All);
            await network[number].StopAsync();
        }

        foreach (var number in (int[])[0, 1])
        {
            var report = await NodeReindex.RunAsync(NodeOptionsReader.Read(network[number].Identity.ConfigFile), new NodeSeams(TimeProvider.System, network.Ledger), new Silent(), CancellationToken.None);
            Assert.Empty(report.Unknown);
            Assert.All(report.Logs, log => Assert.True(log.Installed && log.Findings.All(finding => finding.Severity != Severity.Error), string.Join('\n', log.Findings)));
        }

        await network[1].StartAsync(); // a mirror's own log.json holds what it followed
        Assert.Equal(rotated.NewKey, network.Mirror(1, 0).Keys.Current.ToString());
    }

    [Fact]
    public async Task A_crash_after_the_rotation_was_signed_stops_the_node_until_it_is_ended()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "before");
        await node.StopAsync();
        var (log, keys) = (File.ReadAllBytes(LogJson(node)), HandedOn.Keys(node));
        var old = File.ReadAllBytes(Path.Combine(keys, "log.key"));
        var rotated = await HandedOn.RotateAsync(node);
        var next = File.ReadAllBytes(Path.Combine(keys, "log.key"));

        // As it was left by a crash before the log's folder knew, before the old key was kept, and before the new one took its place.
        foreach (var (logJson, retired) in new[] { (false, false), (true, false), (true, true) })
        {
            if (!logJson) File.WriteAllBytes(LogJson(node), log);
            if (!retired) File.Delete(rotated.RetiredFile!);
            Write(Path.Combine(keys, "log.key.next"), next);
            Write(Path.Combine(keys, "log.key"), old);
            var refusal = await Assert.ThrowsAsync<KeyFileException>(node.StartAsync);
            Assert.Contains("rotate-key", refusal.Message, StringComparison.Ordinal);
            var resumed = await HandedOn.RotateAsync(node);
            Assert.Equal(rotated with { Resumed = true }, resumed);
            Assert.Equal(old, File.ReadAllBytes(rotated.RetiredFile!));
            Assert.False(File.Exists(Path.Combine(keys, "log.key.next")));
        }

        await node.StartAsync();
        Assert.Equal(Outcome.Intact, (await node.Client.VerifyRecordAsync(await ArchiveAsync(node, "after"), CancellationToken.None)).Whole);
    }

    [Fact]
    public async Task A_crash_before_the_rotation_was_signed_leaves_the_log_as_it_was()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "before");
        await node.StopAsync();
        var next = Path.Combine(HandedOn.Keys(node), "log.key.next");
        Write(next, Encoding.ASCII.GetBytes(new string('7', 64) + "\n"));
        await node.StartAsync();
        Assert.Equal(node.Identity.LogKey, node.Logs.Own.Keys.Current.ToString());
        var rotated = await HandedOn.RotateAsync(node);
        Assert.Equal(new LogSigner(node.Identity.Origin, [.. Enumerable.Repeat((byte)0x77, 32)]).Key.ToString(), rotated.NewKey);
        Assert.False(rotated.Resumed);
    }

    [Fact]
    public async Task The_old_key_is_kept_for_its_owner_alone_or_discarded()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "one");
        var kept = await HandedOn.RotateAsync(node);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept.RetiredFile!));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(HandedOn.Keys(node), "log.key")));
        var second = await HandedOn.RotateAsync(node, discardOld: true);
        Assert.Equal((kept.NewKey, null), (second.OldKey, second.RetiredFile));
        Assert.Single(Directory.EnumerateFiles(HandedOn.Keys(node), "*.retired"));
        var identity = NodeInitializer.Describe(node.Identity.ConfigFile);
        Assert.Equal((node.Identity.LogKey, second.NewKey, node.Identity.LogId), (identity.LogKey, identity.CurrentLogKey, identity.LogId));
    }

    [Fact]
    public async Task A_lost_proof_of_an_anchor_from_before_is_captured_again_with_the_retired_key()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "one");
        await HandedOn.RotateAsync(node);
        foreach (var file in (string[])["anchors.log", "cosignatures.log"]) File.Delete(Path.Combine(Path.GetDirectoryName(LogJson(node))!, "proofs", file));
        await node.StartAsync();
        await Eventually.TrueAsync(() => node.Logs.Own.Anchors.Count == node.Ledger.Anchors(node.LogId).Count, "the proof is captured again");
        Assert.Equal(1UL, node.Logs.Own.Size);
        Assert.Equal(V1.Outcome.Intact, (await TestNetwork.SweepAsync(node)).Outcome);
    }

    [Fact]
    public async Task Nothing_is_signed_while_a_node_runs_or_with_keys_that_are_older_than_the_log()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "one");
        await Assert.ThrowsAnyAsync<StorageException>(() => LogKeyRotation.RunAsync(node.Identity.ConfigFile, false, TimeProvider.System, CancellationToken.None));
        await node.StopAsync();
        var old = File.ReadAllBytes(Path.Combine(HandedOn.Keys(node), "log.key"));
        await HandedOn.RotateAsync(node);
        File.Delete(Path.Combine(HandedOn.Keys(node), "log.json"));
        Write(Path.Combine(HandedOn.Keys(node), "log.key"), old);
        Assert.Contains("older", (await Assert.ThrowsAsync<StorageException>(node.StartAsync)).Message, StringComparison.Ordinal);
        Assert.Contains("older", (await Assert.ThrowsAsync<StorageException>(() => HandedOn.RotateAsync(node))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_do_not_belong_together_are_refused()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "one");
        await node.StopAsync();
        var (key, history) = (Path.Combine(HandedOn.Keys(node), "log.key"), Path.Combine(HandedOn.Keys(node), "log.json"));
        var old = File.ReadAllBytes(key);
        var rotated = await HandedOn.RotateAsync(node);
        var (signs, kept) = (File.ReadAllBytes(key), File.ReadAllBytes(history));

        // The old key was put back, and no rotation was begun: nothing is there to be ended.
        Write(key, old);
        Assert.Contains("restore the one or the other", (await Assert.ThrowsAsync<KeyFileException>(() => HandedOn.RotateAsync(node))).Message, StringComparison.Ordinal);
        Assert.Equal(old, File.ReadAllBytes(key));
        Assert.Equal(kept, File.ReadAllBytes(history));
        Write(key, signs);
        File.WriteAllBytes(history, LogIdentity.Encode(new LogKeyHistory(new LogSigner("evidence.test/other", new byte[32]).Key)));
        Assert.Contains("is that of the log evidence.test/other", (await Assert.ThrowsAsync<KeyFileException>(node.StartAsync)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(history, kept);
        Write(rotated.RetiredFile!, signs);
        var options = NodeOptionsReader.Read(node.Identity.ConfigFile);
        Assert.Contains("is another key than", Assert.Throws<KeyFileException>(() => NodeKeys.Load(options).SignerAt(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_key_signs_a_last_checkpoint_and_the_log_s_own_folder_knows_the_new_one()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "one");
        await node.StopAsync();
        var checkpoint = Path.Combine(Path.GetDirectoryName(LogJson(node))!, "checkpoint");
        File.Delete(checkpoint); // as if the node had ended before it could sign
        var rotated = await HandedOn.RotateAsync(node);
        Assert.True(SignedNote.Parse(File.ReadAllBytes(checkpoint)).IsSignedBy(VerifierKey.Parse(rotated.OldKey)));
        Assert.Equal(rotated.NewKey, LogIdentity.Parse(File.ReadAllBytes(LogJson(node))).Current.ToString());
    }

    [Fact]
    public async Task A_log_that_lacks_anchored_leaves_is_not_handed_on()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await ArchiveAsync(node, "one");
        await node.StopAsync();
        using var aside = new TemporaryFolder();
        var log = Path.GetDirectoryName(LogJson(node))!;
        Copy(log, aside.Path);
        await node.StartAsync();
        await ArchiveAsync(node, "two");
        await node.StopAsync();
        Copy(Path.Combine(log, "proofs"), Path.Combine(aside.Path, "proofs"));
        Directory.Delete(log, recursive: true);
        Copy(aside.Path, log); // set back to one leaf, with the proof that two were anchored
        Assert.Contains("2 are anchored", (await Assert.ThrowsAsync<StorageException>(() => HandedOn.RotateAsync(node))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(HandedOn.Keys(node), "log.json")));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private static async Task<string> ArchiveAsync(TestNode node, string text)
    {
        var receipt = await Upload.Of(Encoding.UTF8.GetBytes(text)).SendAsync(node);
        await node.AnchoredAsync(receipt.Record);
        return receipt.Record;
    }

    private static async Task<byte[]> PackageAsync(TestNode node, string record)
    {
        using var zip = new MemoryStream();
        await node.Client.DownloadPackageAsync(record, zip, CancellationToken.None);
        return zip.ToArray();
    }

    private static async Task<(Outcome, string)> JudgeAsync(TestNode node, string record, TrustPolicy trust)
    {
        using var zip = new MemoryStream(await PackageAsync(node, record));
        var report = EvidencePackageReader.Verify(zip, trust);
        return (report.Whole, string.Join(' ', report.Codes));
    }

    internal static string LogJson(TestNode node) => Path.Combine(LogFolders.PathOf(node.DataFolder, VerifierKey.Parse(node.Identity.LogKey)), "log.json");

    private static void Write(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private sealed class Silent : IProgress<ReindexProgress>
    {
        public void Report(ReindexProgress value)
        {
        }
    }
}
