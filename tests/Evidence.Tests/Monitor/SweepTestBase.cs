using System.Text.Json.Nodes;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Storage;
using Evidence.Tests.Nodes;
using Evidence.Tests.Replication;

namespace Evidence.Tests.Monitor;

/// <summary>Two nodes that mirror each other; node 1 holds twelve anchored and cosigned records.</summary>
public abstract class SweepTestBase : IAsyncLifetime
{
    internal const int Records = 12;

    internal TestNetwork Network { get; private set; } = null!;

    internal TestNode Node => Network[0];

    internal TestNode Other => Network[1];

    internal LogStore Log => Node.Logs.Own;

    internal string VolumeFile => Directory.GetFiles(Path.Combine(Log.Folder, "volumes")).Order().First();

    internal string Tile => Path.Combine(Log.Folder, "tile", "0", "000.p", $"{Records}");

    internal string Bundle => Path.Combine(Log.Folder, "tile", "entries", "000.p", $"{Records}");

    internal string CheckpointFile => Path.Combine(Log.Folder, "checkpoint");

    internal string IdentityFile => Path.Combine(Log.Folder, LogIdentity.FileName);

    public async Task InitializeAsync()
    {
        Network = await TestNetwork.StartAsync(2, Configure);
        await Network.ArchiveAsync(0, Records);
        await Network.SettleAsync();
    }

    public async Task DisposeAsync() => await Network.DisposeAsync();

    private protected virtual void Configure(JsonObject json)
    {
    }

    private protected static Task<V1.Sweep> SweepAsync(TestNode node) => TestNetwork.SweepAsync(node);

    /// <summary>Damages node 1, sweeps it, and expects one alert of the cause, closed by the sweep, with the files as they were before.</summary>
    private protected async Task<Alert> AssertHealedAsync(string cause, string code, Action damage, params string[] files)
    {
        var before = files.Select(File.ReadAllBytes).ToList();
        damage();
        var gone = files.Length > 0 && files.All(file => !File.Exists(file));
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Findings.Any(finding => finding.Code == code), $"expected {code}, found: {Describe(sweep)}");
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        var alert = Assert.Single(Node.Alerts.All);
        Assert.StartsWith(cause, alert.Cause, StringComparison.Ordinal);
        Assert.False(alert.IsOpen, alert.Message);
        Assert.Equal(sweep.Sweep_, alert.ClosedBy);
        Assert.NotEmpty(alert.Repair);
        Assert.Equal(1, sweep.Repaired);
        Assert.Equal(before, files.Select(File.ReadAllBytes));
        Assert.True(gone || Directory.GetDirectories(Path.Combine(Log.Folder, "quarantine")).Length > 0, "nothing is in quarantine");
        return alert;
    }

    private protected static string Describe(V1.Sweep sweep) =>
        $"{sweep.Stage} {sweep.Outcome} {sweep.Error}: {string.Join("; ", sweep.Findings.Select(finding => $"{finding.Code} {finding.Subject} {finding.Message}"))}";
}
