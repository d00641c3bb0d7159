using System.Diagnostics;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Storage.Backups;
using Evidence.Storage.Durable;
using Evidence.Tests.Nodes;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Backups;

/// <summary>A medium in a temporary folder, checked as somebody does who has nothing but sha256sum and tar.</summary>
internal sealed class TestMedium : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal TestMedium()
    {
        Folder = _folder.At("备份 介质一号");
        Directory.CreateDirectory(Folder);
    }

    internal string Folder { get; }

    internal string At(string path) => Path.Combine(Folder, path);

    internal Task<BackupReport> BackUpAsync(TestLog log, bool readBack = false, IMedium? medium = null, string? label = null, CancellationToken ct = default) =>
        MediumBackup.RunAsync(Folder, label, [log.Folder], readBack, medium ?? DiskMedium.Instance, TimeProvider.System, new Progress<BackupProgress>(), ct);

    /// <summary>All files by name with their digests; journals and unfinished backups left out.</summary>
    internal Dictionary<string, string> Files() => Directory
        .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path))
        .Where(name => !name.Contains(".unfinished", StringComparison.Ordinal) && !name.Contains(".journal", StringComparison.Ordinal))
        .ToDictionary(name => name, name => Convert.ToHexString(File.ReadAllBytes(At(name))));

    internal IEnumerable<string> Backups => Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)!).Where(name => name.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal);

    /// <summary>sha256sum -c in every backup.</summary>
    internal bool SumsHold() => Backups.All(name => Run("sha256sum", At(name), "-c", "--quiet", "--strict", "SHA256SUMS") == 0);

    /// <summary>Unpacks everything with tar, and checks every bag with sha256sum. The result is where it lies.</summary>
    internal string Unpack()
    {
        var to = _folder.At("unpacked-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(to);
        foreach (var tar in Backups.SelectMany(name => Directory.EnumerateFiles(At(name), "v*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal)))
            Assert.Equal(0, Run("tar", to, "-xf", tar));
        foreach (var manifest in Directory.EnumerateFiles(to, "manifest-sha256.txt", SearchOption.AllDirectories))
            Assert.Equal(0, Run("sha256sum", Path.GetDirectoryName(manifest)!, "-c", "--quiet", "--strict", "manifest-sha256.txt"));
        return to;
    }

    /// <summary>The volume that the pieces give together.</summary>
    internal byte[] Volume(uint number) => [.. BackupMedium.Open(Folder).Logs.Values.Single().Volumes[number].SelectMany(piece => File.ReadAllBytes(piece.Path))];

    /// <summary>Every volume of the log is on the medium, byte for byte.</summary>
    internal void AssertHolds(TestLog log)
    {
        foreach (var volume in log.Store.Volumes)
            Assert.Equal(Digest.Of(File.ReadAllBytes(log.VolumePath(volume.Number)).AsSpan(0, (int)volume.DurableLength)), Digest.Of(Volume(volume.Number)));
    }

    internal static int Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose() => _folder.Dispose();
}
