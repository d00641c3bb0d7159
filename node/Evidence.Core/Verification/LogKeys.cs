using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Core.Verification;

/// <summary>Verifier keys out of policies and statements.</summary>
internal static class LogKeys
{
    internal static IReadOnlyList<VerifierKey> Of(TrustPolicy trust) => Parse(trust.Logs);

    /// <summary>The witnesses that count: no key twice, and none that is a log's own.</summary>
    internal static IReadOnlyList<VerifierKey> WitnessesOf(TrustPolicy trust)
    {
        var used = Of(trust).Select(static key => Convert.ToHexString(key.PublicKey)).ToHashSet(StringComparer.Ordinal);
        return [.. Parse(trust.Witnesses).Where(key => key.Algorithm == VerifierKey.CosignatureV1 && used.Add(Convert.ToHexString(key.PublicKey)))];
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

    private static IReadOnlyList<VerifierKey> Parse(IEnumerable<TrustedKey> keys) => [.. keys.Select(static key => TryParse(key.Key)).OfType<VerifierKey>()];
}
