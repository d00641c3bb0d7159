using Evidence.Tests.Network;
using Evidence.Tests.Nodes;
using Grpc.Core;
using static Evidence.Tests.Faults.Processes.FileDamage;

namespace Evidence.Tests.Faults.Processes;

/// <summary>Faults of more than one node, and of what lies between them.</summary>
[Collection(FaultTable.Name)]
public sealed class NetworkFaultTests(FaultNetwork network)
{
    private const string Intact = "INTACT 0", Altered = "ALTERED 1", Unknown = "No log of this node has the record RECORD. 2";

    private static readonly FaultRow[] Table =
    [
        // what is done                          how                                          verify   sweep   alerts
        new("two copies bad, one good", OnNodes([1, 2], FlipContent), Altered, Intact, "volume-damaged error closed") { Others = "node2 volume-damaged error closed" },
        new("all three copies bad", OnNodes([1, 2, 3], FlipContent), Altered, Altered, "volume-damaged error open") { Then = Altered, Heals = false, Others = "node2 volume-damaged error open, node3 volume-damaged error open", Also = IsUnrecoverableAsync },
        new("a peer gives forged bytes for a repair", ForgeAsync, Altered, Intact, "volume-damaged error closed") { Also = MendForgeryAsync },
        new("a peer's new record is forged on its way to the mirror", ForgeMirroredAsync, Intact, Intact, "peer-untrue error closed") { Settles = true },
        new("a peer is slow", SlowAsync, Altered, Intact, "volume-damaged error closed") { Also = MendLinksAsync },
        new("no peer can be reached", PartAsync, Altered, Altered, "peer-down warning open, peer-down warning open, volume-damaged error open") { Settles = true, Then = Altered, Heals = false, Others = "node2 peer-down warning open, node3 peer-down warning open", Also = HealsOnceMendedAsync },
        new("the node's clock is a day behind the ledger's", SetClockAsync, Intact, "UNDETERMINED 4", "clock-behind-ledger warning open") { Also = static scene => scene.Network.SpoilAsync() }, // a chain that has gone on cannot be taken back
        new("an old backup of the data folder is put back", SetBackAsync, Unknown, Intact, "behind-ledger error closed, log-behind-ledger error closed, log-behind-mirror error closed") { Settles = true, Then = "UNDETERMINED 4", Others = "node2 peer-untrue error closed, node3 peer-untrue error closed", Also = IsIntactAfterTheNextAnchorAsync },
    ];

    public static TheoryData<string> Rows { get; } = new(Table.Select(static row => row.What));

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Ends_as_the_table_says(string what) => Table.Single(row => row.What == what).CheckAsync(network);

    // Nothing is written over, it is said plainly, and only this volume is held against the node.
    private static async Task IsUnrecoverableAsync(FaultScene scene)
    {
        Assert.Contains("UNRECOVERABLE", await scene.AlertMessagesAsync(1), StringComparison.Ordinal);
        var replicas = (await scene.RunAsync(1, "replicas")).Json["volumes"]!.AsArray();
        var own = replicas.Select(static volume => (Volume: volume!["volume"]!.GetValue<uint>(), State: volume["replicas"]!.AsArray().Single(static replica => replica!["self"]!.GetValue<bool>())!["state"]!.ToString()));
        Assert.Equal([scene.Volume()], own.Where(static volume => volume.State != "swept").Select(static volume => volume.Volume));
    }

    private static Task ForgeAsync(FaultScene scene)
    {
        FlipContent(scene, scene.Keep(scene.VolumeFile(1)));
        scene.Network.Link(1, 2).Forge(scene.Content[..32], new byte[32]);
        return Task.CompletedTask;
    }

    private static Task MendForgeryAsync(FaultScene scene)
    {
        Assert.True(scene.Network.Link(1, 2).Forged > 0, "the peer that lies was not asked");
        return MendLinksAsync(scene);
    }

    private static async Task ForgeMirroredAsync(FaultScene scene)
    {
        var (content, link) = (Storage.TestLog.Content(4711, 5000), scene.Network.Link(1, 2));
        link.Forge(content[..32], new byte[32]);
        using var client = scene.Network.Processes[1].Connect();
        var record = (await RunningNetwork.ArchiveAsync(client, content)).Record;
        await FaultScene.UntilAsync(() => scene.AlertsAsync(1), "peer-untrue error open");
        link.Mend();
        await Eventually.GetAsync(async () => (await scene.RunAsync(2, "verify", record)).Code, static code => code == 0, "the record is anchored, and both mirrors have cosigned it");
    }

    private static Task SlowAsync(FaultScene scene)
    {
        FlipContent(scene, scene.Keep(scene.VolumeFile(1)));
        scene.Network.Link(1, 2).Slow(10_000);
        return Task.CompletedTask;
    }

    private static async Task PartAsync(FaultScene scene)
    {
        FlipContent(scene, scene.Keep(scene.VolumeFile(1)));
        foreach (var other in (int[])[2, 3])
        {
            scene.Network.Link(1, other).Cut();
            scene.Network.Link(other, 1).Cut();
        }

        await FaultScene.UntilAsync(() => scene.AlertsAsync(1), "peer-down warning open, peer-down warning open");
        foreach (var other in (int[])[2, 3]) await FaultScene.UntilAsync(() => scene.AlertsAsync(other), "peer-down warning open");
    }

    private static async Task HealsOnceMendedAsync(FaultScene scene)
    {
        await MendLinksAsync(scene);
        foreach (var other in (int[])[2, 3]) Assert.Equal("peer-down warning closed", await FaultScene.UntilAsync(() => scene.AlertsAsync(other), "peer-down warning closed"));
        const string PeersBack = "peer-down warning closed, peer-down warning closed, volume-damaged error";
        Assert.Equal($"{PeersBack} open", await FaultScene.UntilAsync(() => scene.AlertsAsync(1), $"{PeersBack} open"));
        Assert.Equal(Intact, await scene.SweepAsync(1));
        Assert.Equal($"{PeersBack} closed", await FaultScene.UntilAsync(() => scene.AlertsAsync(1), $"{PeersBack} closed"));
        Assert.Equal(Intact, await scene.VerifyAsync());
        Assert.True(scene.IsHealed());
    }

    private static Task MendLinksAsync(FaultScene scene)
    {
        foreach (var (from, to) in (IEnumerable<(int, int)>)[(1, 2), (1, 3), (2, 1), (3, 1)]) scene.Network.Link(from, to).Mend();
        return Task.CompletedTask;
    }

    private static async Task SetBackAsync(FaultScene scene)
    {
        var (data, backup) = (scene.Files(1).Data, Path.Combine(scene.Files(1).Folder, "backup"));
        await scene.WhileStoppedAsync(1, () => Do(() => TestFiles.Copy(data, backup)));
        scene.Leaf = await ArchiveAsync(scene);
        await scene.WhileStoppedAsync(1, () => Do(() =>
        {
            TestFiles.Delete(data);
            Directory.Move(backup, data);
        }));
        using var client = scene.Network.Processes[0].Connect();
        await Assert.ThrowsAsync<RpcException>(() => RunningNetwork.ArchiveAsync(client, [1, 2, 3]));
    }

    // The clock of the machine is everybody's: what a node that was set back sees is that the ledger is ahead.
    private static async Task SetClockAsync(FaultScene scene)
    {
        using var http = new HttpClient();
        using var body = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"evm_increaseTime","params":[86400]}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(scene.Network.Local.Ledger.Url, body);
        answer.EnsureSuccessStatusCode();
        scene.Leaf = await ArchiveAsync(scene);
    }

    // What the witnesses had cosigned went with the folder, and they cosign a checkpoint once: the next one covers the record, too.
    private static async Task IsIntactAfterTheNextAnchorAsync(FaultScene scene)
    {
        await ArchiveAsync(scene);
        Assert.Equal(Intact, await FaultScene.UntilAsync(scene.VerifyAsync, Intact));
    }

    private static async Task<int> ArchiveAsync(FaultScene scene)
    {
        using var client = scene.Network.Processes[0].Connect();
        var content = Storage.TestLog.Content(4712, 5000);
        var record = (await RunningNetwork.ArchiveAsync(client, content)).Record;
        var verdict = await RunningNetwork.WaitForIntactAsync(client, record);
        Assert.True(verdict.Whole == Core.Verification.Outcome.Intact, RunningNetwork.Describe(verdict));
        scene.Network.Records.Add((record, content));
        return scene.Network.Records.Count - 1;
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
