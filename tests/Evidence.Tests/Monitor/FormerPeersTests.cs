using System.Text.Json.Nodes;
using Evidence.Core.Events;
using Evidence.Core.Verification;
using Evidence.Node.Events;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Monitor;

public sealed class FormerPeersTests
{
    [Fact]
    public async Task Alerts_about_peers_and_witnesses_that_are_configured_no_more_are_closed_and_the_history_says_what_was_open()
    {
        string[] gone = ["peer-untrue:node3", "peer-possession:node3", "peer-down:node3", "heartbeat-absent:node3", "sweep-overdue:node3", "witness-refused:witness.node3"];
        string[] staying = ["peer-untrue:node2", "sweep-overdue", "test:node3"];
        await using var node = await TestNode.StartNewAsync(static json => json["peers"] = new JsonArray(new JsonObject { ["name"] = "node2", ["address"] = "http://127.0.0.1:1" }));
        foreach (var cause in (string[])[.. gone, .. staying]) await node.Alerts.OpenAsync(cause, Severity.Error, "", $"About {cause}.", [], CancellationToken.None);
        await node.StopAsync();
        await node.StartAsync();
        await Eventually.TrueAsync(() => gone.All(cause => node.Alerts.FindOpen(cause) is null), "all alerts about what is not configured are closed");
        Assert.All(node.Alerts.All.Where(alert => gone.Contains(alert.Cause)), alert => Assert.Contains("configuration", alert.ClosedBy, StringComparison.Ordinal));
        Assert.All(staying, cause => Assert.NotNull(node.Alerts.FindOpen(cause)));
        var told = node.Services.GetRequiredService<EventJournal>().Pending.Select(entry => entry.Event).Where(one => one.Type == EventTypes.Reconfiguration).Select(one => one.Detail).ToList();
        Assert.Equal(gone.Length, told.Count);
        Assert.All(gone, cause => Assert.Contains(told, detail => detail.Contains($"About {cause}.", StringComparison.Ordinal)));
    }
}
