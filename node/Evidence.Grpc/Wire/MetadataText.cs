using System.Collections.Frozen;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Metadata as it travels in headers and trailers: bytes as base64 without padding.</summary>
internal static class MetadataText
{
    private static readonly FrozenSet<string> NotMetadata = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "content-type", "content-length", "te", "host", "date", "server", "transfer-encoding",
        WireNames.Status, WireNames.Message, WireNames.Timeout, WireNames.Encoding, WireNames.AcceptEncoding, "grpc-message-type");

    public static bool IsMetadata(string name) => !name.StartsWith(':') && !NotMetadata.Contains(name);

    /// <summary>Adds what came under a name. Values that gRPC does not allow but HTTP does are left out, as the specification permits.</summary>
    /// <exception cref="RpcException">INTERNAL: the value of a <c>-bin</c> name is not base64.</exception>
    public static void Add(Metadata metadata, string name, string value)
    {
        if (name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            // Values that came under the same name may have been joined by a proxy.
            foreach (var one in value.Split(','))
                metadata.Add(name, Decode(name, one.Trim()));
        }
        else if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            metadata.Add(name, value);
        }
    }

    public static string ValueOf(Metadata.Entry entry) => entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    private static byte[] Decode(string name, string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, bytes, out var length))
            throw new RpcException(new Status(StatusCode.Internal, $"The value of the metadata {name} is not base64."));
        return length == bytes.Length ? bytes : bytes[..length];
    }
}
