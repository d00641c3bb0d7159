using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;

namespace Evidence.Cli.Commands;

/// <summary>`evidence alerts`: what the monitor found, what became of it, and who looks after it.</summary>
internal static class AlertsCommand
{
    private static readonly Option<bool> Open = new("--open") { Description = "Only alerts that are still open. 仅未关闭", Recursive = true };

    private static readonly Option<string> By = new("--by") { Description = "Who looks after it. 确认人", HelpName = "NAME", Required = true };

    private static readonly Option<string> Note = new("--note") { Description = "What they have to say. 备注", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    private static readonly Option<int> Findings = new("--findings")
    {
        Description = "List at most so many findings; 0: all that are kept. 发现数量",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };

    private static readonly Argument<string> Name = new("ALERT") { Description = "Name of the alert, such as alert-1. 告警编号" };

    internal static Command Make(Runner runner)
    {
        var command = new Command("alerts", "Show the alerts of the node, the newest first, or say who looks after one. 告警") { Open };
        command.SetAction((parse, ct) => runner(ListAsync, parse, ct));
        foreach (var sub in (Command[])[
            Sub("list", "Show the alerts, the newest first. 列出告警", runner, ListAsync),
            Sub("watch", "Stay and show alerts as they open, change and close; with --json one document a line. 持续监视", runner, WatchAsync),
            Sub("show", "Show one alert with its findings. 查看告警", runner, ShowAsync, Name, Findings),
            Sub("ack", "Say who looks after an open alert, which ends its escalation; only a check that passes closes it. 确认告警", runner, AcknowledgeAsync, Name, By, Note)])
            command.Subcommands.Add(sub);
        return command;
    }

    private static Command Sub(string name, string description, Runner runner, Func<Session, CancellationToken, Task<Answer>> run, params Symbol[] symbols)
    {
        var command = new Command(name, description);
        foreach (var argument in symbols.OfType<Argument>()) command.Arguments.Add(argument);
        foreach (var option in symbols.OfType<Option>()) command.Options.Add(option);
        command.SetAction((parse, ct) => runner(run, parse, ct));
        return command;
    }

    private static async Task<Answer> ListAsync(Session session, CancellationToken ct)
    {
        var alerts = await session.Client.ListAlertsAsync(session.Get(Open), ct).ToListAsync(ct);
        var json = new JsonObject { ["alerts"] = JsonText.Array(alerts.Select(AlertView.ToJson)) };
        return new Answer(ExitCode.Intact, json, console =>
        {
            foreach (var alert in alerts) AlertView.Show(console, alert);
            AlertView.Sum(console, alerts);
        });
    }

    private static async Task<Answer> WatchAsync(Session session, CancellationToken ct)
    {
        session.JsonLines = true;
        using var call = session.Client.Monitor.WatchAlerts(new WatchAlertsRequest(), cancellationToken: ct);
        while (await call.ResponseStream.MoveNext(ct))
            if (!session.Get(Open) || call.ResponseStream.Current.State == AlertState.Open) Write(session, call.ResponseStream.Current);
        throw new CliException(ExitCode.Unreachable, "the node ended the watch");
    }

    private static void Write(Session session, Alert alert)
    {
        if (session.Json) session.WriteLine(AlertView.ToJson(alert));
        else AlertView.Show(session.Console, alert);
    }

    private static async Task<Answer> ShowAsync(Session session, CancellationToken ct)
    {
        var most = session.Get(Findings);
        if (most < 0) throw CliException.Usage("--findings is a number from 0 on");
        var alert = await session.Client.ReadAsync(token => session.Client.Monitor.GetAlertAsync(new GetAlertRequest { Alert = session.Get(Name) }, cancellationToken: token).ResponseAsync, ct);
        var all = session.Client.ListAlertFindingsAsync(alert.Alert_, ct);
        var findings = await (most == 0 ? all : all.Take(most)).ToListAsync(ct);
        alert.Findings.Clear();
        alert.Findings.AddRange(findings);
        return new Answer(ExitCode.Intact, AlertView.ToJson(alert), console => AlertView.Show(console, alert));
    }

    private static async Task<Answer> AcknowledgeAsync(Session session, CancellationToken ct)
    {
        var request = new AcknowledgeAlertRequest { Alert = session.Get(Name), By = session.Get(By), Note = session.Get(Note) };
        // Saying it again changes nothing but the time, so that it may be asked again over a connection that broke.
        var alert = await session.Client.ReadAsync(token => session.Client.Monitor.AcknowledgeAlertAsync(request, cancellationToken: token).ResponseAsync, ct);
        return new Answer(ExitCode.Intact, AlertView.ToJson(alert), console => AlertView.Show(console, alert));
    }
}
