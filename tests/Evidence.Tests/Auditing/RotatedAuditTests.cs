using Evidence.Client;
using Evidence.Client.Auditing;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Node.Rotating;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;
using Evidence.Tests.Rotating;
using Evidence.V1;
using Outcome = Evidence.Core.Verification.Outcome;

namespace Evidence.Tests.Auditing;

/// <summary>An audit of a log whose key was handed on.</summary>
public sealed class RotatedAuditTests
{
    [Fact]
    public async Task Is_intact_at_the_node_and_at_its_mirror_for_whoever_names_any_key_of_the_log()
    {
        await using var network = await TestNetwork.StartAsync(2);
        var origin = network[0];
        var rotated = new List<LogKeyRotated>();
        for (var i = 0; i < 3; i++)
        {
            await network.ArchiveAsync(0, 2);
            await network.SettleAsync();
            if (i == 2) break;
            rotated.Add(await HandedOn.RotateAsync(origin));
            await origin.StartAsync();
        }
        string[] keys = [rotated[0].OldKey, rotated[1].OldKey, rotated[1].NewKey];
        foreach (var served in new[] { origin, network[1] })
            foreach (var named in keys)
            {
                var trust = network.Trust with { Logs = [new TrustedKey(named, origin.LogId)] };
                var report = await AuditAsync(origin, served.Client, trust);
                Assert.True(report.Outcome == Outcome.Intact, string.Join('\n', report.Findings));
                Assert.Equal((report.Anchors.Count, report.Anchors.Count, 6UL), (report.ProvenAnchors, report.ProvenProofs, report.Checkpoint!.Size));
                Assert.Equal(keys, report.Keys.Select(key => key.ToString()));
            }

        // Its key alone leads nowhere: the ledger knows the log by the id of the first one.
        var unnamed = await AuditAsync(origin, origin.Client, network.Trust with { Logs = [new TrustedKey(rotated[1].NewKey)] });
        Assert.Equal((Outcome.Undetermined, 0), (unnamed.Outcome, unnamed.Anchors.Count));
        Assert.Contains(unnamed.Findings, finding => finding.Code == FindingCodes.LogKeysUnexpected);

        // Nor does a key with the id of another log, and the finding shows in what they differ.
        var other = await AuditAsync(origin, origin.Client, network.Trust with { Logs = [new TrustedKey(rotated[1].NewKey, Digest.Of("another log"u8))] });
        var otherId = other.Findings.Single(finding => finding.Code == FindingCodes.LogKeysUnexpected);
        Assert.Contains(Digest.Of("another log"u8).ToString(), otherId.Expected, StringComparison.Ordinal);
        Assert.Contains(origin.LogId.ToString(), otherId.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_what_is_wrong_with_the_keys_that_a_node_states()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        var rotated = await RotatedTwiceAsync(node);
        await using var bent = await BentNode.StartAsync(node);
        LogSigner[] keys = [HandedOn.Retired(node, rotated[0]), HandedOn.Retired(node, rotated[1]), HandedOn.Current(node)];
        var stranger = HandedOn.Stranger(node);

        await AssertAsync(Outcome.Intact, "", _ => { });
        await AssertAsync(Outcome.Altered, FindingCodes.RotationSignatureWrong, stated => stated.Rotations[1] = Broken(stated.Rotations[1], keys[2].Key));
        await AssertAsync(Outcome.Altered, FindingCodes.RotationUnsigned, stated => stated.Rotations[0] = Without(stated.Rotations[0], keys[1].Key));
        await AssertAsync(Outcome.Altered, FindingCodes.RotationUnlinked, stated => (stated.Rotations[0], stated.Rotations[1]) = (stated.Rotations[1], stated.Rotations[0]));
        await AssertAsync(Outcome.Altered, FindingCodes.RotationUnlinked, stated => stated.Rotations[0] = Rotation(keys[0], keys[1], 2, Digest.Of("another tree"u8)));
        // The newest key alone cannot be told from one that somebody made up.
        await AssertAsync(Outcome.Altered, FindingCodes.CheckpointSignatureWrong, stated => stated.Rotations.RemoveAt(1));
        await AssertAsync(Outcome.Altered, FindingCodes.CheckpointSignatureWrong, stated => stated.Rotations.Clear());
        await AssertAsync(Outcome.Altered, FindingCodes.CheckpointKeyOutOfTime, stated => stated.Rotations[1] = Rotation(keys[1], keys[2], 9, Digest.Of("future"u8)));
        var future = await AssertAsync(Outcome.Undetermined, FindingCodes.TileMissing, stated => stated.Rotations.Add(Rotation(keys[2], stranger, 9, Digest.Of("future"u8))));
        Assert.Contains(future.Findings, finding => finding.Subject == "rotation at 9 leaves");
        await AssertAsync(Outcome.Altered, FindingCodes.LogKeysUnexpected, stated =>
        {
            stated.Key = stranger.Key.ToString(); // backward: a thief of the first key hands a log of his own on to it
            stated.Rotations.Insert(0, Rotation(stranger, keys[0], 0, Digest.Of(""u8)));
        });
        await AssertAsync(Outcome.Altered, FindingCodes.LogKeysUnexpected, stated =>
        {
            stated.Key = stranger.Key.ToString();
            stated.Rotations.Clear();
        });
        await AssertAsync(Outcome.Altered, FindingCodes.LogProofUnreadable, stated => stated.Rotations[0] = "a note\n");

        async Task<AuditReport> AssertAsync(Outcome outcome, string code, Action<LogInfo> bend)
        {
            bent.Bend = bend;
            var report = await AuditAsync(node, bent.Client, TestTrust.For(node));
            Assert.True(report.Outcome == outcome && (code.Length == 0 || report.Findings.Any(finding => finding.Code == code)), $"{code}: {report.Outcome}\n{string.Join('\n', report.Findings)}");
            return report;
        }

        RotationNote Parsed(string note) => RotationNote.Parse(note);
        string Rotation(LogSigner from, LogSigner to, ulong size, Digest root) => RotationNote.Sign(from, to, size, root).Encode();
        string Without(string note, VerifierKey key) => new SignedNote(Parsed(note).Note.Text, Parsed(note).Note.Signatures.Where(line => line.KeyId != key.KeyId)).Encode();
        string Broken(string note, VerifierKey key) => new SignedNote(
            Parsed(note).Note.Text, Parsed(note).Note.Signatures.Select(line => line.KeyId == key.KeyId ? new NoteSignature(line.Name, line.KeyId, new byte[line.Value.Length]) : line)).Encode();
    }

    [Fact]
    public async Task Keys_that_nothing_joins_to_a_trusted_one_leave_a_log_that_it_signed_undetermined()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await FileAsync(node);
        await using var bent = await BentNode.StartAsync(node);
        var stranger = HandedOn.Stranger(node);
        bent.Bend = stated => stated.Key = stranger.Key.ToString();
        var report = await AuditAsync(node, bent.Client, TestTrust.For(node));
        Assert.True(report.Outcome == Outcome.Undetermined, string.Join('\n', report.Findings));
        Assert.Equal([FindingCodes.LogKeysUnexpected], report.Findings.Where(finding => finding.Severity != Core.Verification.Severity.Info).Select(finding => finding.Code));
        Assert.Equal(report.Anchors.Count, report.ProvenAnchors);
    }

    [Fact]
    public async Task Names_a_proof_of_an_anchor_that_the_retired_key_signed_after_its_time()
    {
        await using var node = await TestTrust.StartTrustingNodeAsync();
        await FileAsync(node);
        var rotated = await HandedOn.RotateAsync(node);
        await node.StartAsync();
        await FileAsync(node);
        await using var bent = await BentNode.StartAsync(node);
        // As if the key had been handed on before the first record: then nothing that it signed since counts.
        bent.Bend = stated => stated.Rotations[0] = RotationNote.Sign(HandedOn.Retired(node, rotated), HandedOn.Current(node), 0, Digest.Of(""u8)).Encode();
        var report = await AuditAsync(node, bent.Client, TestTrust.For(node));
        Assert.Equal(Outcome.Altered, report.Outcome);
        Assert.Contains(report.Findings, finding => finding.Code == FindingCodes.CheckpointKeyOutOfTime && finding.Layer == Core.Verification.Layer.Ledger);
        Assert.True(report.ProvenProofs < report.Anchors.Count);
    }

    private static async Task<IReadOnlyList<LogKeyRotated>> RotatedTwiceAsync(TestNode node)
    {
        var rotated = new List<LogKeyRotated>();
        for (var i = 0; i < 2; i++)
        {
            await FileAsync(node);
            await FileAsync(node);
            rotated.Add(await HandedOn.RotateAsync(node));
            await node.StartAsync();
        }
        await FileAsync(node);
        return rotated;
    }

    private static async Task FileAsync(TestNode node)
    {
        await node.AnchoredAsync((await Upload.Of(Guid.NewGuid().ToByteArray()).SendAsync(node)).Record);
        await Eventually.TrueAsync(() => node.Logs.Own.Anchors.Count == node.Ledger.Anchors(node.LogId).Count, "every anchor is proven");
        await node.Witness.CosignAsync(node);
    }

    private static Task<AuditReport> AuditAsync(TestNode origin, EvidenceClient served, TrustPolicy trust) =>
        new LogAuditor(origin.Ledger, served, trust).RunAsync(origin.Identity.Origin, trust.Logs is [var only] ? only.Id ?? VerifierKey.Parse(only.Key).LogId : origin.LogId, null, CancellationToken.None);
}
