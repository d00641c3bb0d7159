namespace Evidence.Tests.Faults.Processes;

/// <summary>A row of the fault table.</summary>
/// <param name="What">What is done.</param>
/// <param name="Damage">Does it.</param>
/// <param name="Verify">What `evidence verify RECORD` says then: verdict and exit code.</param>
/// <param name="Sweep">What `evidence sweep --wait` says then, which repairs what can be: outcome and exit code.</param>
/// <param name="Alerts">The alerts of it, no more and no fewer: cause, severity, and whether a check has closed them.</param>
internal sealed record FaultRow(string What, Func<FaultScene, Task> Damage, string Verify, string Sweep, string Alerts)
{
    /// <summary>The node at which it is done, and which is asked.</summary>
    internal int Node { get; init; } = 1;

    /// <summary>What `evidence verify RECORD` says in the end.</summary>
    internal string Then { get; init; } = "INTACT 0";

    /// <summary>Whether every damaged file holds its bytes again in the end.</summary>
    internal bool Heals { get; init; } = true;

    /// <summary>Whether the damaged files are made anew, so that they say the same in other bytes.</summary>
    internal bool Anew { get; init; }

    /// <summary>Alerts at the other nodes, once those that were damaged have swept too.</summary>
    internal string Others { get; init; } = "";

    /// <summary>Whether the other nodes may notice it before it is mended, or not.</summary>
    internal bool MayBeNoticed { get; init; }

    /// <summary>Leaf of the record that is asked about, from the end of the log when it is negative; null: the last one in a volume of the row's own.</summary>
    internal int? Leaf { get; init; }

    /// <summary>Whether workers do part of it in their own time, so that it is waited for.</summary>
    internal bool Settles { get; init; }

    /// <summary>What else must be so then.</summary>
    internal Func<FaultScene, Task> Also { get; init; } = static _ => Task.CompletedTask;

    internal async Task CheckAsync(FaultNetwork network)
    {
        try
        {
            var scene = await network.BeginAsync(Node);
            if (Leaf is { } leaf) scene.Leaf = leaf < 0 ? network.Records.Count + leaf : leaf;
            scene.HearsSilence = Alerts.Contains("peer-down", StringComparison.Ordinal);
            await Damage(scene);
            var seen = (await ObserveAsync(scene)).Describe();
            Assert.True(seen == Describe(), $"expected {Describe()}\nand there was {seen}");
            await Also(scene);
            if (!Heals) await scene.PutBackAsync();
        }
        catch
        {
            await network.SpoilAsync();
            throw;
        }
    }

    // In this order: the sweep repairs.
    private async Task<FaultRow> ObserveAsync(FaultScene scene) => this with
    {
        Verify = await scene.VerifyAsync(),
        Sweep = await scene.SweepAsync(Node),
        Alerts = Settles ? await FaultScene.UntilAsync(() => scene.AlertsAsync(Node), Alerts) : await scene.AlertsAsync(Node),
        Then = Settles ? await FaultScene.UntilAsync(scene.VerifyAsync, Then) : await scene.VerifyAsync(),
        Others = MayBeNoticed ? Others : await scene.SweepOthersAsync(Others),
        Heals = Anew || scene.IsHealed(),
    };

    private string Describe() => $"{What}:\n verify: {Verify}\n sweep: {Sweep}\n alerts: {Alerts}\n then: {Then}\n healed: {Heals}\n others: {Others}";
}
