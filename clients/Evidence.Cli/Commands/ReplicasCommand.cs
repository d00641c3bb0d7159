using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence replicas`: what is proven of each volume, at which node, and when.</summary>
internal static class ReplicasCommand
{
    private static readonly Option<string> Log = LogOption.Make();

    internal static Command Make(Runner runner)
    {
        var command = new Command("replicas", "Show which nodes have proven to hold each volume of a log, and when. 副本") { Log };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var replicas = await session.Client.ListReplicasAsync(session.Get(Log), ct);
        return new Answer(replicas.Volumes.Any(volume => volume.Replicas.Any(replica => replica.Wrong)) ? ExitCode.Altered : ExitCode.Intact, ToJson(replicas), console => Show(console, replicas));
    }

    private static JsonObject ToJson(ListReplicasResponse replicas) => new()
    {
        ["log"] = replicas.Log,
        ["since"] = JsonText.Time(replicas.SinceUnixMs),
        ["volumes"] = JsonText.Array(replicas.Volumes.Select(volume => new JsonObject
        {
            ["volume"] = volume.Volume,
            ["bytes"] = volume.Bytes,
            ["firstLeaf"] = volume.HasFirstLeaf ? volume.FirstLeaf : null,
            ["replicas"] = JsonText.Array(volume.Replicas.Select(replica => new JsonObject
            {
                ["node"] = replica.Node,
                ["self"] = replica.Self,
                ["place"] = replica.Place,
                ["medium"] = replica.Medium,
                ["state"] = State(volume, replica),
                ["provenBytes"] = replica.ProvenBytes,
                ["oldest"] = JsonText.Time(replica.OldestUnixMs),
            })),
        })),
    };

    private static void Show(IAnsiConsole console, ListReplicasResponse replicas)
    {
        console.WriteLine($"log {Core.PlainText.Of(replicas.Log)}; proofs since {JsonText.Time(replicas.SinceUnixMs)} count");
        var table = new Table().Border(TableBorder.Simple).AddColumns("volume", "from leaf", "node", "place", "medium", "state", "proven", "of bytes", "oldest proof");
        foreach (var volume in replicas.Volumes)
            foreach (var replica in volume.Replicas)
                table.AddRow(
                    new Text($"{volume.Volume}"), new Text(volume.HasFirstLeaf ? $"{volume.FirstLeaf}" : "?"), new Text(Core.PlainText.Of(replica.Node)), new Text(Core.PlainText.Of(replica.Place)),
                    new Text(Core.PlainText.Of(replica.Medium)), new Text(State(volume, replica)), new Text($"{replica.ProvenBytes}"), new Text($"{volume.Bytes}"), new Text(JsonText.Time(replica.OldestUnixMs) ?? ""));
        if (replicas.Volumes.Count > 0) console.Write(table);
        console.WriteLine($"{replicas.Volumes.Count} volumes");
    }

    private static string State(VolumeReplicas volume, Replica replica) => replica switch
    {
        { Wrong: true } => "wrong",
        { Self: true } => replica.ProvenBytes == 0 ? "not swept, or damaged" : "swept",
        _ => replica.ProvenBytes >= volume.Bytes ? "proven" : replica.ProvenBytes > 0 ? "partly" : "not proven",
    };
}
