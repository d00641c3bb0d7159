using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>Which exceptions speak of the bytes of a signature or a certificate: those of the readers here, and of the framework where it loads a certificate.</summary>
internal static class MalformedInput
{
    internal static bool Explains(Exception e) => e is AsnContentException or FormatException or CryptographicException;
}
