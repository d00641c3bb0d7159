using System.CommandLine;
using System.Text.Json.Nodes;
using Evidence.V1;
using Spectre.Console;

namespace Evidence.Cli.Commands;

/// <summary>`evidence repairs`: repairs that wait until somebody approves them.</summary>
internal static class RepairsCommand
{
    private static readonly Argument<string> Name = new("ALERT") { Description = "Name of the alert whose faults are to be repaired, such as alert-1. 告警编号" };

    private static readonly Option<string> By = new("--by") { Description = "Who approves. 批准人", HelpName = "NAME", Required = true };

    private static readonly Option<string> Note = new("--note") { Description = "What they have to say. 备注", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    internal static Command Make(Runner runner)
    {
        var list = new Command("list", "Show the alerts whose repair waits for approval, or was approved and is not done yet. 待批准的修复");
        list.SetAction((parse, ct) => runner(ListAsync, parse, ct));
        var approve = new Command("approve", "Approve the repair of all faults of an alert, until it closes; a sweep is started that does it. 批准修复") { Name, By, Note };
        approve.SetAction((parse, ct) => runner(ApproveAsync, parse, ct));
        return new Command("repairs", "Show and approve repairs, where the node asks a person first. 修复") { list, approve };
    }

    private static async Task<Answer> ListAsync(Session session, CancellationToken ct)
    {
        var alerts = await session.Client.ListAlertsAsync(openOnly: true, ct).Where(alert => alert.AwaitsApproval || alert.Approved is not null).ToListAsync(ct);
        var json = new JsonObject { ["repairs"] = JsonText.Array(alerts.Select(AlertView.ToJson)) };
        return new Answer(ExitCode.Intact, json, console =>
        {
            foreach (var alert in alerts) AlertView.Show(console, alert);
            console.WriteLine($"{alerts.Count(alert => alert.AwaitsApproval)} repairs wait for approval, {alerts.Count(alert => !alert.AwaitsApproval)} were approved and are not done yet");
        });
    }

    private static async Task<Answer> ApproveAsync(Session session, CancellationToken ct)
    {
        var request = new ApproveRepairRequest { Alert = session.Get(Name), By = session.Get(By), Note = session.Get(Note) };
        var alert = await session.Client.Monitor.ApproveRepairAsync(request, cancellationToken: ct).ResponseAsync;
        return new Answer(ExitCode.Intact, AlertView.ToJson(alert), console =>
        {
            AlertView.Show(console, alert);
            console.WriteLine("a sweep does it now; `evidence sweep --wait` shows how that ends");
        });
    }
}
