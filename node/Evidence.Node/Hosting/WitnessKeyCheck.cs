using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Hosting;

/// <summary>Holds the node's witness key to its trust.json. A key file has no sum: with one digit changed it is another key, the node cosigns on, and nobody counts it.</summary>
internal static class WitnessKeyCheck
{
    internal const string Alert = "witness-key-unknown";

    /// <summary>Opens or closes the alert. Where trust.json names no witness that writes this log, there is nothing to compare.</summary>
    internal static async Task RunAsync(TrustPolicy? trust, string origin, VerifierKey key, AlertBook alerts, CancellationToken ct)
    {
        var named = trust?.Witnesses.Where(witness => witness.Log == origin).Select(static witness => witness.Key).ToList() ?? [];
        if (named.Count == 0 || named.Contains(key.ToString()))
        {
            await alerts.CloseAsync(Alert, "a start with the key that trust.json names", "", ct);
            return;
        }

        const string Message = "witness.key is not the key that trust.json names for this node: what it cosigns counts for nobody. Restore the key and start the node again, or have trust.json name the new one.";
        var finding = new Finding(FindingCodes.WitnessesMissing, Severity.Error, Layer.Ledger, "witness.key", Message, string.Join(", ", named), key.ToString());
        await alerts.OpenAsync(Alert, Severity.Error, origin, Message, [finding], ct);
    }
}
