using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>Verifier keys out of policies and statements.</summary>
internal static class LogKeys
{
    internal static IReadOnlyList<VerifierKey> Of(TrustPolicy trust) => Parse(trust.Logs.Select(static log => log.Key));

    /// <summary>The logs that trust.json accepts: each key that it names with the history that the archive states, where that holds the key, else by itself.</summary>
    internal static IReadOnlyList<LogKeyHistory> AcceptedBy(TrustPolicy trust, StatedLogKeys? stated) =>
        [.. Of(trust).Where(static key => key.Algorithm == VerifierKey.Ed25519Note).Select(key => stated?.History is { } history && history.Holds(key) ? history : new LogKeyHistory(key)).Distinct()];

    /// <summary>The witnesses that count for a log: no key twice, none that is a log's own, and not that of the node that writes the log.</summary>
    internal static IReadOnlyList<VerifierKey> WitnessesOf(TrustPolicy trust, string origin, StatedLogKeys? stated)
    {
        var used = Of(trust).Concat(stated?.History.Keys ?? []).Select(static key => Convert.ToHexString(key.PublicKey)).ToHashSet(StringComparer.Ordinal);
        return [.. Parse(trust.Witnesses.Where(witness => witness.Log != origin).Select(static witness => witness.Key)).Where(key => key.Algorithm == VerifierKey.CosignatureV1 && used.Add(Convert.ToHexString(key.PublicKey)))];
    }

    internal static VerifierKey? TryParse(string text)
    {
        try
        {
            return VerifierKey.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IReadOnlyList<VerifierKey> Parse(IEnumerable<string> keys) => [.. keys.Select(TryParse).OfType<VerifierKey>()];
}
