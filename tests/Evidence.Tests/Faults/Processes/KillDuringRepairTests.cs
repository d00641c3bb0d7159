using Evidence.Tests.Monitor;
using static Evidence.Tests.Faults.Processes.FileDamage;

namespace Evidence.Tests.Faults.Processes;

/// <summary>kill -9 in every stage of a repair, as far as the disk shows which it is in: whatever was done by then, the next start ends it.</summary>
[Collection(FaultTable.Name)]
public sealed class KillDuringRepairTests(FaultNetwork network)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly (string Stage, Func<FaultScene, long, bool> IsReached)[] Stages =
    [
        ("once the alerts are told", static (scene, told) => BytesTold(scene) > told),
        ("once damaged bytes are in quarantine", static (scene, _) => Directory.EnumerateFileSystemEntries(scene.InLog(1, "quarantine")).Any()),
        ("once the missing volume is back", static (scene, _) => File.Exists(scene.VolumeFile(1, which: 1))),
        ("once the tile is back", static (scene, _) => File.Exists(Tile(scene))),
        ("once everything is back", static (scene, _) => scene.IsHealed()),
    ];

    public static TheoryData<string> Rows { get; } = new(Stages.Select(static stage => stage.Stage));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Everything_is_mended_and_every_alert_closed(string stage)
    {
        try
        {
            var scene = await network.BeginAsync(1);
            DamageAll(scene);
            await KillAsync(scene, Stages.Single(one => one.Stage == stage).IsReached);
            await network.Processes[0].StartAsync(CancellationToken.None);
            Assert.Equal("INTACT 0", await FaultScene.UntilAsync(() => scene.SweepAsync(1), "INTACT 0")); // what one sweep mends the next one may need for its proofs
            Assert.True(scene.IsHealed(), "not all damaged files hold their bytes again");
            Assert.Equal("INTACT 0", await scene.VerifyAsync());
            Assert.DoesNotContain("open", await scene.AlertsAsync(1), StringComparison.Ordinal);
            Assert.DoesNotContain("UNRECOVERABLE", await scene.AlertMessagesAsync(1), StringComparison.Ordinal);
        }
        catch
        {
            await network.SpoilAsync();
            throw;
        }
    }

    private static void DamageAll(FaultScene scene)
    {
        FlipContent(scene, scene.Keep(scene.VolumeFile(1)));
        foreach (var file in (string[])[scene.VolumeFile(1, which: 1), Tile(scene)]) File.Delete(scene.Keep(file));
        Damage.Flip(scene.Keep(scene.InLog(1, "checkpoint")), 10);
        Directory.Delete(scene.InLog(1, "quarantine"), recursive: true); // what this repair keeps there shows how far it is
        Directory.CreateDirectory(scene.InLog(1, "quarantine"));
    }

    private async Task KillAsync(FaultScene scene, Func<FaultScene, long, bool> isReached)
    {
        var told = BytesTold(scene);
        await scene.RunAsync(1, "sweep");
        var started = TimeProvider.System.GetTimestamp();
        while (!isReached(scene, told)) Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "the repair never came so far");
        await network.Processes[0].KillAsync(CancellationToken.None);
    }

    private static long BytesTold(FaultScene scene) => new FileInfo(Path.Combine(scene.Files(1).Data, "monitor", "alerts.log")).Length;
}
