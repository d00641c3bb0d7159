using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Evidence.Core.Signatures;

/// <summary>Which exceptions of the framework's decoders speak of the bytes that they were given.</summary>
internal static class MalformedInput
{
    /// <summary>Signatures and certificates are an attacker's bytes, and decoders throw more for them than they document. What reading the content throws is none of these.</summary>
    internal static bool Explains(Exception e) => e
        is CryptographicException or AsnContentException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException or ArithmeticException
        or IndexOutOfRangeException or NullReferenceException;
}
