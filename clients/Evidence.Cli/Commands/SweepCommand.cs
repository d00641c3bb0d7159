using System.CommandLine;
using Evidence.V1;

namespace Evidence.Cli.Commands;

/// <summary>`evidence sweep`: reads every stored byte of the node again.</summary>
internal static class SweepCommand
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Stay until it has ended and answer with its outcome. 等待完成" };

    internal static Command Make(Runner runner)
    {
        var command = new Command("sweep", "Have the node read and compare every stored byte, and repair what it can. 巡检") { Wait };
        command.SetAction((parse, ct) => runner(RunAsync, parse, ct));
        return command;
    }

    private static async Task<Answer> RunAsync(Session session, CancellationToken ct)
    {
        var sweep = await session.Client.ReadAsync(token => session.Client.Monitor.StartSweepAsync(new StartSweepRequest(), cancellationToken: token).ResponseAsync, ct);
        if (!session.Get(Wait)) return new Answer(ExitCode.Intact, SweepView.ToJson(sweep), console => SweepView.Show(console, sweep));
        await ProgressBar.RunAsync(session, "sweeping", 100, async progress => sweep = await WatchAsync(session, sweep, progress, ct));
        return new Answer(SweepView.Code(sweep), SweepView.ToJson(sweep), console => SweepView.Show(console, sweep));
    }

    private static async Task<Sweep> WatchAsync(Session session, Sweep last, IProgress<Step> progress, CancellationToken ct)
    {
        using var call = session.Client.Monitor.WatchSweep(new WatchSweepRequest { Sweep = last.Sweep_ }, cancellationToken: ct);
        while (await call.ResponseStream.MoveNext(ct))
        {
            var now = call.ResponseStream.Current;
            progress.Report(new Step(Percent(now) - Percent(last), now.Stage == last.Stage ? null : SweepView.Stage(now)));
            last = now;
        }
        if (last.EndedUnixMs == 0) throw new CliException(ExitCode.Undetermined, $"the node stopped reporting on sweep {last.Sweep_} before it ended");
        return last;
    }

    private static double Percent(Sweep sweep) => sweep.BytesTotal == 0 ? 0 : 100.0 * sweep.BytesRead / sweep.BytesTotal;
}
