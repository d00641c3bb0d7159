using System.Globalization;
using System.Text;

namespace Evidence.Core.Log;

/// <summary>Path arithmetic of C2SP tlog-tiles: <c>tile/L/N[.p/W]</c> with N in groups of three digits, all but the last beginning with an x.</summary>
internal static class TilePath
{
    private const string Entries = "entries";

    internal static string Format(TileId id)
    {
        var path = new StringBuilder("tile/", 48);
        if (id.IsEntryBundle) path.Append(Entries);
        else path.Append(CultureInfo.InvariantCulture, $"{id.Level}");
        path.Append('/');
        AppendIndex(path, id.Index, last: true);
        if (id.IsPartial) path.Append(CultureInfo.InvariantCulture, $".p/{id.Width}");
        return path.ToString();
    }

    private static void AppendIndex(StringBuilder path, ulong index, bool last)
    {
        if (index >= 1000) AppendIndex(path, index / 1000, last: false);
        path.Append(CultureInfo.InvariantCulture, $"{(last ? "" : "x")}{index % 1000:D3}{(last ? "" : "/")}");
    }

    internal static bool TryParse(string? path, out TileId id)
    {
        id = default;
        if (path is null || path.Split('/') is not ["tile", var level, .. var rest] || rest.Length == 0) return false;
        if (!TryParseLevel(level, out var l) || !TryParseWidth(ref rest, out var width) || !TryParseIndex(rest, out var index)) return false;
        var parsed = new TileId(l, index, width);
        if (parsed.Path != path) return false; // one tile, one path: leading zeros, an index beyond 64 bits and the like show here
        id = parsed;
        return true;
    }

    private static bool TryParseLevel(string text, out int level)
    {
        level = TileId.EntriesLevel;
        return text == Entries || (TryParseNumber(text, out level) && level <= TileId.MaxLevel);
    }

    private static bool TryParseWidth(ref string[] elements, out int width)
    {
        width = TileId.FullWidth;
        if (elements is not [.. var before, var last, var tail] || !last.EndsWith(".p", StringComparison.Ordinal)) return true;
        elements = [.. before, last[..^2]];
        return TryParseNumber(tail, out width) && width is > 0 and < TileId.FullWidth;
    }

    private static bool TryParseIndex(string[] elements, out ulong index)
    {
        index = 0;
        foreach (var element in elements)
        {
            var digits = element.StartsWith('x') ? element[1..] : element;
            if (digits.Length != 3 || !TryParseNumber(digits, out var group)) return false;
            index = unchecked((index * 1000) + (ulong)group);
        }

        return true;
    }

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
