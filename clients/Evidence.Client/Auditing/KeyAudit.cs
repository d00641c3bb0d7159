using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Trust;
using Evidence.Core.Verification;
using Evidence.V1;

namespace Evidence.Client.Auditing;

/// <summary>Proves the keys that a node states for a log from one that trust.json names: each was handed on by a note that the old and the new one signed.</summary>
internal sealed class KeyAudit(TrustPolicy trust, AuditFindings findings)
{
    private const string Subject = "keys of the log";

    /// <summary>The keys of the log; those that trust.json names alone when the node does not list it, or states others.</summary>
    internal AuditedKeys Judge(string origin, Digest logId, LogInfo? listed)
    {
        var stated = listed is null ? null : Parse(listed);
        foreach (var finding in stated?.Findings ?? []) findings.Add(finding);
        if (stated is { History: var history } && !(history.Origin == origin && history.LogId == logId && LogKeys.Vouches(trust, history)))
            findings.Warning(
                FindingCodes.LogKeysUnexpected, Layer.Log, Subject, "The keys that the node states for this log are not those of one that trust.json names.", Named(logId, Accepted(null).Select(static keys => keys.Current)), Named(history.LogId, history.Keys));
        return new AuditedKeys(origin, logId, stated, Accepted(stated));

        IReadOnlyList<LogKeyHistory> Accepted(StatedLogKeys? keys) => [.. LogKeys.AcceptedBy(trust, keys).Where(log => log.Id == logId && log.Keys.Origin == origin).Select(static log => log.Keys)];
    }

    // The same key may be named with another id.
    private static string Named(Digest logId, IEnumerable<VerifierKey> keys) => $"{string.Join(", ", keys)} of the log {logId}";

    private StatedLogKeys? Parse(LogInfo listed)
    {
        try
        {
            var first = VerifierKey.Parse(listed.Key);
            if (first.Algorithm != VerifierKey.Ed25519Note) throw new FormatException($"'{first}' is not the key of a log.");
            return new StatedLogKeys(first, [.. listed.Rotations.Select(RotationNote.Parse)]);
        }
        catch (FormatException e)
        {
            findings.Warning(FindingCodes.LogProofUnreadable, Layer.Log, Subject, $"What the node states of the log's keys could not be read: {e.Message}");
            return null;
        }
    }
}
