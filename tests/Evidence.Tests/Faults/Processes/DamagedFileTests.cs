using System.Text;
using static Evidence.Tests.Faults.Processes.FileDamage;

namespace Evidence.Tests.Faults.Processes;

/// <summary>Every kind of file that a node keeps, damaged behind the back of the process that serves from it, or while it does not run.</summary>
[Collection(FaultTable.Name)]
public sealed class DamagedFileTests(FaultNetwork network)
{
    private const string Intact = "INTACT 0", Altered = "ALTERED 1", Undetermined = "UNDETERMINED 4";
    private const string OneWitness = Undetermined; // a mirror keeps no cosignature but its own, and trust.json asks for two

    private static readonly FaultRow[] Table =
    [
        // what is done                                    how                                                       verify        sweep   alerts
        new("volume: a bit of a record's content flips", FlipBehind(Volume, Content), Altered, Intact, "volume-damaged error closed"),
        new("volume: a bit of a member's header flips", FlipBehind(Volume, Name("c0001")), Intact, Intact, "volume-damaged error closed"),
        new("volume: a bit of a seal flips", FlipBehind(Volume, Seal), Altered, Intact, "volume-damaged error closed"),
        new("volume: a bit of a record's metadata flips", FlipBehind(Volume, Metadata), Altered, Intact, "volume-damaged error closed"),
        new("volume: a bit of its manifest flips", FlipBehind(Volume, Name("manifest-sha256.txt", 600)), Intact, Intact, "volume-damaged error closed"),
        new("volume: cut in half", Cut(Volume), Altered, Intact, "volume-damaged error closed"),
        new("volume: emptied", Empty(Volume), Altered, Intact, "volume-damaged error closed"),
        new("volume: deleted", Delete(Volume), Altered, Intact, "volume-missing error closed"),
        new("volume: bytes behind its end", Append(Volume), Intact, Intact, "volume-damaged error closed"),
        new("volume: two change places", SwapAsync, Altered, Intact, "volume-damaged error closed"),
        new("volume: a stray file beside it", StrayAsync, Intact, Intact, "volumes-unexpected warning closed"),
        new("open volume: a bit flips", FlipBehind(OpenVolume, Content), Altered, Intact, "volume-damaged error closed") { Leaf = -1 },
        new("open volume: cut in half", Cut(OpenVolume), Altered, Intact, "volume-damaged error closed") { Leaf = -1 },
        new("open volume: deleted", Delete(OpenVolume), Altered, Intact, "volume-missing error closed") { Leaf = -1 },
        new("tile: a bit flips", FlipFirst(Tile), Altered, Intact, "tiles-damaged error closed") { Leaf = 1 },
        new("tile: cut in half", Cut(Tile), Undetermined, Intact, "tiles-damaged error closed") { Leaf = 200 },
        new("tile: deleted", Delete(Tile), Undetermined, Intact, "tiles-damaged error closed") { Leaf = 0 },
        new("entry bundle: a bit flips", Flip(Bundle), Intact, Intact, "tiles-damaged error closed") { Leaf = 0 },
        new("entry bundle: deleted", Delete(Bundle), Intact, Intact, "tiles-damaged error closed") { Leaf = 0 },
        new("checkpoint: a bit flips", Flip(LogFile("checkpoint")), Intact, Intact, "checkpoint-damaged error closed"),
        new("checkpoint: cut in half", Cut(LogFile("checkpoint")), Intact, Intact, "checkpoint-damaged error closed"),
        new("checkpoint: deleted", Delete(LogFile("checkpoint")), Intact, Intact, "checkpoint-damaged error closed"),
        new("anchor proofs: a bit flips", FlipLast(LogFile("proofs", "anchors.log")), Undetermined, Intact, "proofs-damaged error closed") { Leaf = -1 },
        new("anchor proofs: cut in half", Cut(LogFile("proofs", "anchors.log")), Undetermined, Intact, "proofs-damaged error closed") { Leaf = -1 },
        new("anchor proofs: deleted", Delete(LogFile("proofs", "anchors.log")), Undetermined, Intact, "proofs-damaged error closed"),
        new("cosignatures: a bit flips", FlipLast(LogFile("proofs", "cosignatures.log")), Intact, Intact, "proofs-damaged error closed"),
        new("cosignatures: cut in half", Cut(LogFile("proofs", "cosignatures.log")), Intact, Intact, "proofs-damaged error closed") { Anew = true },
        new("cosignatures: deleted", Delete(LogFile("proofs", "cosignatures.log")), Intact, Intact, "proofs-damaged error closed") { Anew = true },
        new("log.json: a bit flips", Flip(LogFile("log.json")), Intact, Intact, "identity-damaged error closed"),
        new("log.json: deleted", Delete(LogFile("log.json")), Intact, Intact, "identity-damaged error closed"),
        new("log.json: a bit flips while the node is stopped", Stopped(Flip(LogFile("log.json"))), Intact, Intact, "identity-damaged error closed"),
        new("log.json: deleted while the node is stopped", Stopped(Delete(LogFile("log.json"))), Intact, Intact, "identity-damaged error closed"),
        new("volume: deleted while the node is stopped", Stopped(Delete(Volume)), Altered, Intact, "volume-missing error closed"),
        new("volume: a bit of a record's content flips while the node is stopped", Stopped(FlipBehind(Volume, Content)), Altered, Intact, "volume-damaged error closed"),
        new("tile: deleted while the node is stopped", Stopped(Delete(Tile)), Intact, Intact, "tiles-damaged error closed") { Leaf = 0 },
        new("checkpoint: a bit flips while the node is stopped", Stopped(Flip(LogFile("checkpoint"))), Intact, Intact, "checkpoint-damaged error closed") { MayBeNoticed = true },
        new("index: deleted while the node is stopped", Stopped(LoseIndexAsync), Intact, Intact, "index-damaged error closed"),
        new("journal of events: a bit flips", Flip(MonitorFile("events.log")), Intact, Intact, "journal-damaged error closed") { Anew = true },
        new("journal of events: a bit flips while the node is stopped", Stopped(Flip(MonitorFile("events.log"))), Intact, Intact, "journal-damaged error closed") { Anew = true },
        new("mirror: a bit of a record's content flips", FlipBehind(Volume, Content), Altered, Intact, "volume-damaged error closed") { Node = 2, Then = OneWitness },
        new("mirror: a volume is deleted", Delete(Volume), Altered, Intact, "volume-missing error closed") { Node = 2, Then = OneWitness },
        new("mirror: its tile is cut in half", Cut(Tile), OneWitness, Intact, "tiles-damaged error closed") { Node = 2, Then = OneWitness, Leaf = 200 },
        new("mirror: its checkpoint is deleted", Delete(LogFile("checkpoint")), OneWitness, Intact, "checkpoint-damaged error closed") { Node = 2, Then = OneWitness },
        new("mirror: a bit of its log.json flips while the node is stopped", Stopped(Flip(LogFile("log.json"))), OneWitness, Intact, "identity-damaged error closed") { Node = 2, Then = OneWitness },
        new("journal of alerts: a bit flips", AfterAlert(Flip(MonitorFile("alerts.log"))), Intact, Intact, "journal-damaged error closed, volume-damaged error closed"),
        new("journal of alerts: cut in half", AfterAlert(Cut(MonitorFile("alerts.log"))), Intact, Intact, "journal-damaged error closed, volume-damaged error closed"),
        new("journal of alerts: deleted", AfterAlert(Delete(MonitorFile("alerts.log"))), Intact, Intact, "journal-damaged error closed, volume-damaged error closed"),
        new("journal of sweeps: a bit flips", AfterAlert(Flip(MonitorFile("sweeps.log"))), Intact, Intact, "journal-damaged error closed, volume-damaged error closed"),
        new("journal of sweeps: deleted", AfterAlert(Delete(MonitorFile("sweeps.log"))), Intact, Intact, "journal-damaged error closed, volume-damaged error closed"),
    ];

    public static TheoryData<string> Rows { get; } = new(Table.Select(static row => row.What));

    [Theory]
    [MemberData(nameof(Rows))]
    public Task Ends_as_the_table_says(string what) => Table.Single(row => row.What == what).CheckAsync(network);

    private static byte[] Content(FaultScene scene) => scene.Content[..64];

    private static byte[] Metadata(FaultScene scene) => Encoding.UTF8.GetBytes("\"title\":\"");

    private static byte[] Seal(FaultScene scene) => Encoding.UTF8.GetBytes("\"received\":\"");

    private static Func<FaultScene, byte[]> Name(string member, int behind = 0) => scene =>
    {
        var volume = File.ReadAllBytes(scene.VolumeFile(scene.At));
        var at = volume.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(member));
        return volume[at..(at + member.Length + behind)];
    };

    private static Task SwapAsync(FaultScene scene)
    {
        var (one, two) = (scene.Keep(scene.VolumeFile(scene.At)), scene.Keep(scene.VolumeFile(scene.At, which: 1)));
        File.Move(one, one + ".aside");
        File.Move(two, one);
        File.Move(one + ".aside", two);
        return Task.CompletedTask;
    }

    private static Task LoseIndexAsync(FaultScene scene)
    {
        TestFiles.Delete(scene.InLog(scene.At, "index"));
        return Task.CompletedTask;
    }

    private static Task StrayAsync(FaultScene scene) => File.WriteAllTextAsync(scene.InLog(scene.At, "volumes", "notes.txt"), "stray");
}
