using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence alerts`: what the monitor found, and what became of it.</summary>
internal static class AlertsCommand
{
    private static readonly Option<bool> Open = new("--open") { Description = "Only alerts that are still open. 仅未关闭" };

    private static readonly Option<bool> Watch = new("--watch")
    {
        Description = "Stay and show alerts as they open and close; with --json one document a line. 持续监视",
    };

    internal static Command Make(Runner runner)
    {
        var command = new Command("alerts", "Show the alerts of the node, the newest first. 告警") { Open, Watch };
        command.SetAction((parse, ct) => runner((session, token) => session.Get(Watch) ? WatchAsync(session, token) : ListAsync(session, token), parse, ct));
        return command;
    }

    private static async Task<Answer> ListAsync(Session session, CancellationToken ct)
    {
        var alerts = await session.Client.ListAlertsAsync(session.Get(Open), ct).ToListAsync(ct);
        var json = new JsonObject { ["alerts"] = JsonText.Array(alerts.Select(AlertView.ToJson)) };
        return new Answer(ExitCode.Intact, json, console =>
        {
            foreach (var alert in alerts) AlertView.Show(console, alert);
            console.WriteLine($"{alerts.Count} alerts, {alerts.Count(a => a.State == AlertState.Open)} open");
        });
    }

    private static async Task<Answer> WatchAsync(Session session, CancellationToken ct)
    {
        using var call = session.Client.Monitor.WatchAlerts(new WatchAlertsRequest(), cancellationToken: ct);
        while (await call.ResponseStream.MoveNext(ct)) Write(session, call.ResponseStream.Current);
        throw new CliException(ExitCode.Unreachable, "the node ended the watch");
    }

    private static void Write(Session session, Alert alert)
    {
        if (session.Json) session.WriteLine(AlertView.ToJson(alert));
        else AlertView.Show(session.Console, alert);
    }
}
