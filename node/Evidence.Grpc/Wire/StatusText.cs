using System.Buffers;

namespace Grpc.Wire;

/// <summary>The text of a status as it travels in <c>grpc-message</c>: UTF-8, percent-encoded.</summary>
internal static class StatusText
{
    // Peers commonly refuse more than 8 KiB of trailers; one character takes at most nine bytes here.
    private const int MaxEncodedLength = 6 * 1024;
    private const int MaxCharacters = MaxEncodedLength / 9;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    public static string Encode(string text)
    {
        var encoded = EncodeAll(text);
        return encoded.Length <= MaxEncodedLength ? encoded : EncodeAll(string.Concat(text.AsSpan(0, CutAt(text)), " ..."));
    }

    /// <summary>Never fails: what is not valid percent-encoding stays as it is.</summary>
    public static string Decode(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text;

    private static string EncodeAll(string text) => text.AsSpan().ContainsAnyExcept(Plain) ? Uri.EscapeDataString(text) : text;

    private static int CutAt(string text) => char.IsHighSurrogate(text[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
}
