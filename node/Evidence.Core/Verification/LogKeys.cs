using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>Verifier keys out of policies and statements.</summary>
public static class LogKeys
{
    internal static IReadOnlyList<VerifierKey> Of(TrustPolicy trust) => Parse(trust.Logs.Select(static log => log.Key));

    /// <summary>The logs that trust.json accepts: each with the history that the archive states, where that is of its id and holds its key, else with the key by itself.</summary>
    public static IReadOnlyList<AcceptedLog> AcceptedBy(TrustPolicy trust, StatedLogKeys? stated) =>
        [.. Named(trust).Select(log => new AcceptedLog(log.Id, Vouches(log, stated?.History) ? stated!.History : new LogKeyHistory(log.Key))).Distinct()];

    /// <summary>Whether trust.json names the log that this is the history of, by one of its keys and its id.</summary>
    public static bool Vouches(TrustPolicy trust, LogKeyHistory history) => Named(trust).Any(log => Vouches(log, history));

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

    /// <summary>The id is never taken from the history: its first key has signed for whoever it handed the log on to, and nobody for it.</summary>
    private static bool Vouches((VerifierKey Key, Digest Id) log, LogKeyHistory? history) => history is not null && history.LogId == log.Id && history.Holds(log.Key);

    private static IEnumerable<(VerifierKey Key, Digest Id)> Named(TrustPolicy trust)
    {
        foreach (var log in trust.Logs)
            if (TryParse(log.Key) is { Algorithm: VerifierKey.Ed25519Note } key) yield return (key, log.Id ?? key.LogId);
    }

    private static IReadOnlyList<VerifierKey> Parse(IEnumerable<string> keys) => [.. keys.Select(TryParse).OfType<VerifierKey>()];
}
