using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Evidence.Core;

namespace Evidence.Node.Access.Tokens;

/// <summary>The token itself: evt_ and 256 random bits in base64url. The prefix is there to be found by those who look for leaked secrets.</summary>
internal static class TokenText
{
    internal const string Prefix = "evt_";

    private const int SecretBytes = 32;

    /// <summary>Length of every token, in characters.</summary>
    internal static int Length { get; } = Prefix.Length + Base64Url.GetEncodedLength(SecretBytes);

    internal static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    internal static Digest DigestOf(string token) => Digest.Of(Encoding.UTF8.GetBytes(token));
}
