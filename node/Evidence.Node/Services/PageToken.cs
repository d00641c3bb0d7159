using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Evidence.Storage;

namespace Evidence.Node.Services;

/// <summary>Where the next page of a listing begins. Opaque to clients; one that belongs to another listing is refused.</summary>
internal static class PageToken
{
    private const int DefaultPageSize = 100;
    private const int MaxPageSize = 1000;

    internal static string Encode(string listing, LogStore log, ulong next) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix(listing, log)}{next}")));

    /// <summary>The position that the token names; <paramref name="first"/> when there is none.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the token was not made for this listing of this log.</exception>
    internal static ulong Decode(string token, string listing, LogStore log, ulong first)
    {
        if (token.Length == 0) return first;
        var text = TryRead(token);
        var prefix = Prefix(listing, log);
        return text.StartsWith(prefix, StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var next)
            ? next
            : throw ServiceCall.InvalidArgument("The page token was not made by this listing of this log: begin again without one.");
    }

    /// <summary>0 stands for 100; more than 1000 are never given.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the size is negative.</exception>
    internal static int SizeOf(int requested) => requested switch
    {
        < 0 => throw ServiceCall.InvalidArgument($"A page cannot have {requested} entries."),
        0 => DefaultPageSize,
        _ => Math.Min(requested, MaxPageSize),
    };

    private static string Prefix(string listing, LogStore log) => $"1|{listing}|{log.Keys.LogId}|";

    private static string TryRead(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (FormatException)
        {
            return "";
        }
    }
}
