using Evidence.Core.Verification;
using Google.Protobuf;

namespace Evidence.Node.Services;

/// <summary>Verdicts as messages of the wire contract.</summary>
internal static class VerdictMessages
{
    internal static V1.Verdict ToMessage(this Verdict verdict, string statedBy)
    {
        var message = new V1.Verdict
        {
            Record = verdict.Record.ToString(),
            Whole = ToMessage(verdict.Whole),
            ProvenNoLaterThanUnixMs = verdict.ProvenNoLaterThan?.ToUnixTimeMilliseconds() ?? 0,
            TrustSha256 = verdict.TrustSha256 is { } sha256 ? ByteString.CopyFrom(sha256.ToArray()) : ByteString.Empty,
            StatedBy = statedBy,
        };
        message.Layers.AddRange(verdict.Layers.OrderBy(l => l.Key).Select(l => new V1.LayerVerdict { Layer = l.Key.ToString().ToLowerInvariant(), Outcome = ToMessage(l.Value) }));
        message.Findings.AddRange(verdict.Findings.Select(MonitorMessages.ToMessage));
        message.RestsOn.AddRange(verdict.RestsOn);
        return message;
    }

    private static V1.Outcome ToMessage(Outcome outcome) => outcome switch
    {
        Outcome.Intact => V1.Outcome.Intact,
        Outcome.Altered => V1.Outcome.Altered,
        Outcome.None => V1.Outcome.None,
        _ => V1.Outcome.Undetermined,
    };
}
