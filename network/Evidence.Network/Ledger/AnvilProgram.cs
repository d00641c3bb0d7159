using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Evidence.Network.Ledger;

/// <summary>The anvil binary that npm installs from the pinned package lock.</summary>
internal static class AnvilProgram
{
    /// <summary>The program's path; runs <c>npm ci</c> first when it is not there.</summary>
    /// <exception cref="InvalidOperationException">npm is missing, or it failed; says what it printed.</exception>
    internal static async Task<string> FindAsync(string? packageFolder, TimeProvider time, CancellationToken ct)
    {
        var folder = Path.GetFullPath(packageFolder ?? Path.Combine(CheckoutRoot(), "network"));
        var program = Path.Combine(folder, "node_modules", "@foundry-rs", PlatformPackage, "bin", "anvil");
        if (File.Exists(program)) return program;
        using (await LockAsync(folder, time, ct))
        {
            if (!File.Exists(program)) await InstallAsync(folder, ct);
        }
        return File.Exists(program) ? program : throw new InvalidOperationException($"npm has not installed {program}: anvil does not come for this platform.");
    }

    private static string PlatformPackage
    {
        get
        {
            var system = OperatingSystem.IsMacOS() ? "darwin" : "linux";
            return $"anvil-{system}-{(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64")}";
        }
    }

    private static string CheckoutRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Evidence.sln"))) at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("This program does not run from inside a checkout: say where network/package.json is.");
    }

    /// <summary>Two processes that install into one folder would undo each other's work.</summary>
    private static async Task<FileStream> LockAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, ".run")).FullName, "install.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
            }
        }
    }

    /// <summary>The packages' scripts only pick a binary for a path that is not used here, so they are not run.</summary>
    private static async Task InstallAsync(string folder, CancellationToken ct)
    {
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = StartNpm(start);
        var output = npm.StandardOutput.ReadToEndAsync(ct);
        var errors = npm.StandardError.ReadToEndAsync(ct);
        await npm.WaitForExitAsync(ct);
        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm ci in {folder} failed with {npm.ExitCode}: {await output}{await errors}");
    }

    private static Process StartNpm(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"npm could not be started ({e.Message}); the development ledger needs Node.js with npm.", e);
        }
    }
}
