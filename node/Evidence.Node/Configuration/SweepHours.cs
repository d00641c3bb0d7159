using System.Globalization;

namespace Evidence.Node.Configuration;

/// <summary>The hours of a day in which sweeps that nobody asked for may read, by the machine's local time.</summary>
/// <param name="From">When they begin.</param>
/// <param name="End">When they end; before <paramref name="From"/>: on the next day.</param>
internal sealed record SweepHours(TimeOnly From, TimeOnly End)
{
    private const string Format = "HH:mm";

    /// <summary>How long they are still closed; zero while they are open.</summary>
    internal TimeSpan Until(DateTimeOffset local)
    {
        var now = TimeOnly.FromTimeSpan(local.TimeOfDay);
        return now.IsBetween(From, End) ? TimeSpan.Zero : From - now;
    }

    /// <summary>Reads such a text as <c>22:00-06:00</c>; null for any other.</summary>
    internal static SweepHours? TryParse(string text)
    {
        if (text.Split('-') is not [var from, var end]) return null;
        if (!TimeOnly.TryParseExact(from, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)) return null;
        if (!TimeOnly.TryParseExact(end, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) || first == last) return null;
        return new SweepHours(first, last);
    }
}
