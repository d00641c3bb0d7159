using Evidence.Tests.Monitor;

namespace Evidence.Tests.Faults.Processes;

/// <summary>The files that a node keeps, and what can befall each of them.</summary>
internal static class FileDamage
{
    internal static string Volume(FaultScene scene) => scene.VolumeFile(scene.At);

    /// <summary>The row's volume in the copies of these nodes.</summary>
    internal static Func<FaultScene, Task> OnNodes(int[] nodes, Action<FaultScene, string> damage) => scene =>
    {
        foreach (var node in nodes) damage(scene, scene.Keep(scene.VolumeFile(node)));
        return Task.CompletedTask;
    };

    internal static string OpenVolume(FaultScene scene) => Directory.GetFiles(scene.InLog(scene.At, "volumes")).Order(StringComparer.Ordinal).Last();

    internal static string Tile(FaultScene scene) => scene.InLog(scene.At, "tile", "0", "000");

    internal static string Bundle(FaultScene scene) => scene.InLog(scene.At, "tile", "entries", "000");

    internal static Func<FaultScene, string> LogFile(params string[] path) => scene => scene.InLog(scene.At, path);

    internal static Func<FaultScene, string> MonitorFile(string name) => scene => Path.Combine(scene.Files(scene.At).Data, "monitor", name);

    /// <summary>One bit of the byte in the middle.</summary>
    internal static Func<FaultScene, Task> Flip(Func<FaultScene, string> file) => Do(file, static path => Damage.Flip(path, new FileInfo(path).Length / 2));

    /// <summary>One bit of the first byte.</summary>
    internal static Func<FaultScene, Task> FlipFirst(Func<FaultScene, string> file) => Do(file, static path => Damage.Flip(path, 0));

    /// <summary>One bit of the last entry.</summary>
    internal static Func<FaultScene, Task> FlipLast(Func<FaultScene, string> file) => Do(file, static path => Damage.Flip(path, new FileInfo(path).Length - 100));

    /// <summary>One bit behind a text that is in the file.</summary>
    internal static Func<FaultScene, Task> FlipBehind(Func<FaultScene, string> file, Func<FaultScene, byte[]> text) => scene =>
    {
        FlipBehind(scene.Keep(file(scene)), text(scene));
        return Task.CompletedTask;
    };

    /// <summary>One bit of the content of the row's record.</summary>
    internal static void FlipContent(FaultScene scene, string file) => FlipBehind(file, scene.Content[..64]);

    private static void FlipBehind(string path, byte[] text)
    {
        var at = File.ReadAllBytes(path).AsSpan().LastIndexOf(text);
        Assert.True(at >= 0, $"{path} does not hold what is to be damaged");
        Damage.Flip(path, at + text.Length);
    }

    internal static Func<FaultScene, Task> Cut(Func<FaultScene, string> file) => Do(file, static path => Damage.Truncate(path, new FileInfo(path).Length / 2));

    internal static Func<FaultScene, Task> Empty(Func<FaultScene, string> file) => Do(file, static path => Damage.Truncate(path, 0));

    internal static Func<FaultScene, Task> Delete(Func<FaultScene, string> file) => Do(file, File.Delete);

    internal static Func<FaultScene, Task> Append(Func<FaultScene, string> file) => Do(file, static path => Damage.Append(path, new byte[512]));

    /// <summary>Does it once there is a closed alert.</summary>
    internal static Func<FaultScene, Task> AfterAlert(Func<FaultScene, Task> damage) => async scene =>
    {
        Damage.Flip(scene.VolumeFile(scene.At, which: 1), 2000);
        Assert.Equal("INTACT 0", await scene.SweepAsync(scene.At));
        await damage(scene);
    };

    internal static Func<FaultScene, Task> Stopped(Func<FaultScene, Task> damage) => scene => scene.WhileStoppedAsync(scene.At, () => damage(scene));

    private static Func<FaultScene, Task> Do(Func<FaultScene, string> file, Action<string> damage) => scene =>
    {
        damage(scene.Keep(file(scene)));
        return Task.CompletedTask;
    };
}
