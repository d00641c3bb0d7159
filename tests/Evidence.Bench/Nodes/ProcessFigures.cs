using System.Globalization;

namespace Evidence.Bench.Nodes;

/// <summary>What the kernel knows of a running process.</summary>
internal static class ProcessFigures
{
    // Linux counts processor time in hundredths of a second on every machine that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Most resident memory that the process had, in bytes.</summary>
    internal static long PeakBytes(int pid) => ParsePeak(File.ReadAllLines($"/proc/{pid}/status"));

    /// <summary>Processor time in user and system mode, in seconds.</summary>
    internal static double CpuSeconds(int pid) => ParseCpu(File.ReadAllText($"/proc/{pid}/stat"));

    internal static long ParsePeak(IEnumerable<string> status) =>
        long.Parse(status.First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;

    // The second field is the program's name in brackets, and may itself hold anything.
    internal static double ParseCpu(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
