using System.Globalization;

namespace Grpc.Wire;

/// <summary>The time that a call may take as it travels in <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class TimeoutText
{
    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    // From the finest to the coarsest; formatting takes the first in which the value has eight digits at most.
    private static readonly (char Name, long Ticks)[] Units =
    [
        ('u', TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>Rounds up, so that a server never gives up before the client does.</summary>
    public static string Format(TimeSpan timeout)
    {
        foreach (var (name, ticks) in Units)
        {
            var value = ((timeout.Ticks - 1) / ticks) + 1;
            if (value <= MaxValue)
                return value.ToString(CultureInfo.InvariantCulture) + name;
        }
        return "99999999H";
    }

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;
        if (text[^1] == 'n')
        {
            timeout = TimeSpan.FromTicks((value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);
            return true;
        }
        var unit = Array.Find(Units, unit => unit.Name == text[^1]);
        timeout = TimeSpan.FromTicks(value * unit.Ticks);
        return unit.Ticks != 0;
    }
}
