using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Witnessing;

/// <summary>The alerts about one witness, each closed when the witness has cosigned what there is.</summary>
internal sealed class WitnessAlerts(AlertBook book, string origin, string witness)
{
    internal static string Silent(string witness) => $"witness-silent:{witness}";

    internal static string Refused(string witness) => $"witness-refused:{witness}";

    internal static string Contradicts(string witness) => $"witness-contradicts:{witness}";

    internal static string Ahead(string witness) => $"log-behind-witness:{witness}";

    internal Task OpenSilentAsync(string reason, CancellationToken ct) =>
        OpenAsync(Silent(witness), Severity.Warning, $"The witness {witness} gives no cosignatures: {reason}. Records are anchored without them, and it is asked again.", ct);

    internal Task OpenRefusedAsync(string reason, CancellationToken ct) =>
        OpenAsync(Refused(witness), Severity.Error, $"The witness {witness} refuses to cosign: {reason}.", ct);

    internal Task OpenContradictsAsync(string reason, CancellationToken ct) =>
        OpenAsync(Contradicts(witness), Severity.Error, $"The witness {witness} holds another history of this log: {reason}. Compare both with the ledger before anything else is done.", ct);

    internal Task OpenAheadAsync(string message, CancellationToken ct) => OpenAsync(Ahead(witness), Severity.Error, message, ct);

    internal async Task CloseAsync(CancellationToken ct)
    {
        foreach (var cause in (string[])[Silent(witness), Refused(witness), Contradicts(witness), Ahead(witness)])
            await book.CloseAsync(cause, "an answer of the witness", "", ct);
    }

    private Task OpenAsync(string cause, Severity severity, string message, CancellationToken ct) => book.OpenAsync(cause, severity, origin, message, [], ct);
}
