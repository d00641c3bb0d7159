using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Evidence.Bench.Reporting;

/// <summary>The machine that was measured on, as Linux describes it.</summary>
/// <param name="Cpu">Model and instruction sets that matter here.</param>
/// <param name="Cores">Processors that this process may use.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="Kernel">Version of the kernel.</param>
/// <param name="FileSystem">Kind of the file system that holds the data, and where it is mounted.</param>
/// <param name="Runtime">Version of .NET.</param>
internal sealed record Machine(string Cpu, int Cores, long MemoryBytes, string Kernel, string FileSystem, string Runtime)
{
    /// <summary>Describes this machine.</summary>
    /// <param name="dataFolder">Folder of the data.</param>
    internal static Machine Describe(string dataFolder) => new(
        Field("/proc/cpuinfo", "model name") + InstructionSets(),
        Environment.ProcessorCount,
        long.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) * 1024,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        MountOf(File.ReadLines("/proc/self/mountinfo"), dataFolder),
        Environment.Version.ToString());

    /// <summary>The file system that a path lies on: that of the longest mount point above it, and of those the last one mounted.</summary>
    internal static string MountOf(IEnumerable<string> mountInfo, string path)
    {
        var mount = mountInfo.Select(line => line.Split(' ')).Where(fields => Holds(fields[4], path)).MaxBy(fields => fields[4].Length);
        return mount is null ? "unknown" : $"{mount[Array.IndexOf(mount, "-") + 1]} on {mount[4]}";
    }

    private static bool Holds(string mountPoint, string path) => mountPoint == "/" || path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "0";

    private static string InstructionSets() => Avx512F.IsSupported ? ", AVX-512" : Avx2.IsSupported ? ", AVX2" : "";
}
