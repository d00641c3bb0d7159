using System.Diagnostics;
using System.Globalization;

namespace Evidence.Tests.Faults;

/// <summary>A file system in memory of a few megabytes, which a test can fill up. Mounting needs rights that not every run has.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    internal string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    internal static SmallDisk? TryMount(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("evidence-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "evidence-test", folder)) return new SmallDisk(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Uses up all but this many bytes.</summary>
    internal void Fill(long butBytes)
    {
        using var file = new FileStream(Ballast, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 0);
        file.Position = file.Length;
        var zeros = new byte[4096];
        try
        {
            while (new DriveInfo(Folder).AvailableFreeSpace > butBytes) file.Write(zeros);
        }
        catch (IOException) when (butBytes == 0)
        {
            // full
        }
    }

    internal void MakeRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program here
        }
    }
}

/// <summary>A fact that needs a file system of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        using var disk = SmallDisk.TryMount(1);
        return disk is not null;
    });

    public SmallDiskFactAttribute() => Skip = CanMount.Value ? null! : "a file system in memory cannot be mounted here: that needs root, and mount(8)";
}
