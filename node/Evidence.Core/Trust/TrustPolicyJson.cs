namespace Evidence.Core.Trust;

/// <summary>Reads and writes trust.json, format "evidence.trust/1".</summary>
public static class TrustPolicyJson
{
    /// <summary>The value of the member "format".</summary>
    public const string Format = "evidence.trust/1";

    /// <summary>Reads trust.json and takes the SHA-256 of its bytes.</summary>
    /// <exception cref="FormatException">Names the member that is missing, unknown or wrong, and what it should be.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> utf8) => throw new NotImplementedException();

    /// <summary>Writes trust.json as RFC 8785 JSON; <see cref="TrustPolicy.Sha256"/> of the argument is not looked at.</summary>
    public static byte[] Encode(TrustPolicy policy) => throw new NotImplementedException();
}
