using Evidence.Core.Verification;
using Evidence.Ledger;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Anchoring;

/// <summary>The alerts that anchoring opens, each closed by the check that passes again.</summary>
internal sealed class AnchorAlerts(AlertBook book, string origin)
{
    internal const string LedgerUnreachable = "ledger-unreachable";
    internal const string LedgerMismatch = "ledger-mismatch";
    internal const string LedgerEndpointFalse = "ledger-endpoint-false";
    internal const string LedgerUnproven = "ledger-unproven";
    internal const string LogUnregistered = "log-unregistered";
    internal const string AnchorRejected = "anchor-rejected";
    internal const string AnchorsLost = "anchors-lost";
    internal const string LogBehindLedger = "log-behind-ledger";
    internal const string LedgerContradictsLog = "ledger-contradicts-log";

    internal const string AnchorUnmirrored = "anchor-unmirrored";
    internal const string AnchorUncaptured = "anchor-uncaptured";
    internal const string AnchoringStalled = "anchoring-stalled";
    internal const string LogClosed = "log-closed";

    internal Task OpenAsync(string cause, string message, CancellationToken ct) => OpenAsync(cause, Severity.Error, message, [], ct);

    internal Task OpenUnreachableAsync(LedgerUnreachableException e, CancellationToken ct) =>
        OpenAsync(
            LedgerUnreachable, Severity.Warning, "The ledger does not answer. Records are sealed and will be anchored when it is back.",
            [Finding(FindingCodes.LedgerUnreachable, Severity.Warning, e.Message)], ct);

    /// <summary>Opens or closes the alert on endpoints that answer falsely while others do not. What they said is not taken, so it says nothing of the log.</summary>
    internal Task JudgeEndpointsAsync(IReadOnlyList<SetAsideEndpoint> setAside, CancellationToken ct) => setAside.Count == 0
        ? CloseAsync("no false answer for some minutes", ct, LedgerEndpointFalse)
        : OpenAsync(
            LedgerEndpointFalse, Severity.Warning,
            $"Ledger endpoints answered falsely and are asked only where no other answers: {string.Join(", ", setAside.Select(static endpoint => endpoint.Endpoint))}. "
            + "What they said was not taken. Ask whoever runs them, or take them out of the ledger section of the configuration.",
            [.. setAside.Select(static endpoint => Finding(FindingCodes.LedgerUnreachable, Severity.Warning, $"{endpoint.Endpoint}: {endpoint.Reason}"))], ct);

    /// <summary>Opens or closes the alert on a ledger that could prove what it holds and does not: an endpoint that hides proofs has its word taken instead.</summary>
    internal Task JudgeAssuranceAsync(bool isProvable, LedgerAssurance? rests, CancellationToken ct) => rests switch
    {
        null => Task.CompletedTask, // nothing was asked yet
        _ when !isProvable => CloseAsync("a configuration that names no validators", ct, LedgerUnproven),
        LedgerAssurance.Proven => CloseAsync("a proof against the validators' seals", ct, LedgerUnproven),
        _ => OpenAsync(
            LedgerUnproven, Severity.Warning,
            $"What the ledger holds is not proven, although trust.json names its validators: it rests on {(rests == LedgerAssurance.Agreed ? "what most endpoints say" : "one endpoint's word")}, since no endpoint that answers has eth_getProof. "
            + "Give the node an endpoint that has it; if the chain's software has none, this alert stays.", [], ct),
    };

    internal Task OpenLostAsync(IReadOnlyList<KeptAnchor> lost, CancellationToken ct) =>
        OpenAsync(
            AnchorsLost, Severity.Error,
            $"The ledger no longer has {lost.Count} anchor{(lost.Count == 1 ? "" : "s")} that this node has proof of, of {Sizes(lost)} leaves. "
            + "It was restored or rolled back. The log is anchored again; the old proofs are kept. Ask the ledger's validators what happened.",
            [.. lost.Take(100).Select(a => Finding(FindingCodes.LedgerLostAnchors, Severity.Error, $"The anchor of {a.Size} leaves in block {a.BlockNumber} is gone."))], ct);

    internal Task OpenUncapturedAsync(IReadOnlyList<LedgerAnchor> anchors, LedgerException e, CancellationToken ct) =>
        OpenAsync(
            AnchorUncaptured, Severity.Warning,
            $"The proofs of {anchors.Count} anchors that the ledger lists could not be captured, the first of {anchors[0].Size} leaves in block {anchors[0].BlockNumber}: {e.Message} "
            + "New records are anchored meanwhile. Give the node an endpoint that keeps old blocks and receipts.",
            [Finding(FindingCodes.LedgerUnreachable, Severity.Warning, e.Message)], ct);

    internal Task OpenStalledAsync(TimeSpan waiting, CancellationToken ct) =>
        OpenAsync(
            AnchoringStalled, $"Records wait for their anchor for {(int)waiting.TotalMinutes} minutes. They are sealed and kept. The other alerts say why, or the chain makes no blocks: ask its validators.", ct);

    internal Task OpenBeyondAsync(LedgerAnchor anchor, ulong size, CancellationToken ct) =>
        OpenAsync(
            LogBehindLedger, Severity.Error,
            $"{anchor.Size} leaves are anchored and the log has only {size}: it was set back. Nothing is appended or anchored until the missing records are restored from a replica.",
            [Finding(FindingCodes.AnchorChanged, Severity.Error, "The log is shorter than what is anchored.", $"{anchor.Size} leaves", $"{size} leaves")], ct);

    internal Task OpenContradictedAsync(LedgerAnchor anchor, string root, CancellationToken ct) =>
        OpenAsync(
            LedgerContradictsLog, Severity.Error,
            $"The ledger holds an anchor of {anchor.Size} leaves that this log contradicts. Nothing is appended or anchored until this is explained.",
            [Finding(FindingCodes.AnchorChanged, Severity.Error, $"The roots of {anchor.Size} leaves differ.", anchor.Root.ToString(), root)], ct);

    internal async Task CloseAsync(string closedBy, CancellationToken ct, params IReadOnlyList<string> causes)
    {
        foreach (var cause in causes) await book.CloseAsync(cause, closedBy, "", ct);
    }

    internal Task CloseLostAsync(ulong size, CancellationToken ct) =>
        book.CloseAsync(AnchorsLost, "reconciliation with the ledger", $"Anchored again: the ledger holds an anchor of {size} leaves.", ct);

    private Task OpenAsync(string cause, Severity severity, string message, IReadOnlyList<Finding> findings, CancellationToken ct) =>
        book.OpenAsync(cause, severity, origin, message, findings, ct);

    private static string Sizes(IReadOnlyList<KeptAnchor> lost) =>
        string.Join(", ", lost.Take(20).Select(a => a.Size)) + (lost.Count > 20 ? ", …" : "");

    private static Finding Finding(string code, Severity severity, string message, string? expected = null, string? actual = null) =>
        new(code, severity, Layer.Ledger, "ledger", message, expected, actual);
}
