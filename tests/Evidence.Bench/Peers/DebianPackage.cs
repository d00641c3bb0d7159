using Evidence.Bench.Goals;

namespace Evidence.Bench.Peers;

/// <summary>A peer that comes as a package of Debian.</summary>
internal static class DebianPackage
{
    private static readonly (string, string) Silent = ("DEBIAN_FRONTEND", "noninteractive");

    /// <summary>Installs the package when the program is not there.</summary>
    /// <exception cref="NotMeasuredException">It cannot be installed; says why.</exception>
    internal static async Task EnsureAsync(string program, string package, Action<string> say, CancellationToken ct)
    {
        if (IsInstalled(program)) return;
        if (!IsInstalled("apt-get")) throw new NotMeasuredException($"{program} is not installed, and without apt-get it is not installed here: install it with this system's package manager");
        say($"installing {package}");
        try
        {
            await AsRootAsync(["install", "-qq", "-y", package], ct);
        }
        catch (NotMeasuredException)
        {
            // A machine that was never updated knows no packages at all.
            await AsRootAsync(["update", "-qq"], ct);
            await AsRootAsync(["install", "-qq", "-y", package], ct);
        }
        if (!IsInstalled(program)) throw new NotMeasuredException($"the package {package} was installed, but {program} is not in the PATH");
    }

    private static Task AsRootAsync(IReadOnlyList<string> arguments, CancellationToken ct) => Environment.IsPrivilegedProcess
        ? PeerProcess.RunAsync("apt-get", arguments, ct, Silent)
        : PeerProcess.RunAsync("sudo", ["-n", "apt-get", .. arguments], ct, Silent);

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
}
