using System.Text.RegularExpressions;

namespace Evidence.Tests.Faults;

/// <summary>What power cuts in every step of the whole ingest path leave, and what opening does then. Kept are those in which it does something that it did in none before.</summary>
public sealed partial class CutImages : IAsyncLifetime
{
    private static readonly AfterCut[] Cuts = [AfterCut.Dropped, AfterCut.Kept, AfterCut.Sectors512];

    private readonly HashSet<string> _seen = [];
    private readonly List<Image> _images = [];
    private IReadOnlyList<DiskStep> _steps = [];

    /// <summary>What a power cut left, and the steps that opening it takes.</summary>
    internal sealed record Image(string Name, IngestRun Left, IReadOnlyList<(DiskStep Step, string Path)> Steps);

    /// <summary>The openings, each with a step that is new in it.</summary>
    internal List<(Image Image, int Step)> Openings { get; } = [];

    /// <summary>How many steps of a kind the ingest path takes.</summary>
    internal int StepsOf(DiskStep step) => _steps.Count(s => s == step);

    public async Task InitializeAsync()
    {
        await using (var run = IngestRun.Create(new SimulatedDisk(0)))
        {
            await run.RunAsync();
            _steps = [.. run.Disk.Steps.Select(s => s.Step)];
        }

        foreach (var step in Enum.GetValues<DiskStep>())
            for (var at = 0; at < StepsOf(step); at++)
                foreach (var what in Cuts) await TakeAsync(step, at, what);
    }

    public async Task DisposeAsync()
    {
        foreach (var image in _images) await image.Left.DisposeAsync();
    }

    /// <summary>What opening does, on a disk that has all that is in the page cache.</summary>
    internal static async Task<IReadOnlyList<(DiskStep Step, string Path)>> StepsAsync(IngestRun left)
    {
        await using var run = IngestRun.CopyOf(left, new SimulatedDisk(0));
        await run.OpenAsync();
        await run.AbandonAsync();
        return [.. run.Disk.Steps.Select(s => (s.Step, Path.GetRelativePath(run.FolderOf(""), s.Path)))];
    }

    private async Task TakeAsync(DiskStep step, int at, AfterCut what)
    {
        var run = IngestRun.Create(new SimulatedDisk(at) { FailAt = (step, at), Fault = DiskFault.PowerCut });
        await run.RunAsync();
        await run.AbandonAsync();
        run.Disk.CutPower(what);
        LoseIndex(run, (at + (int)what) % 4);
        var image = new Image($"{step} {at}, {what}", run, await StepsAsync(run));
        var before = Openings.Count;
        for (var i = 0; i < image.Steps.Count; i++)
            if (_seen.Add($"{what} {Kind(image, i - 1)} {Kind(image, i)}")) Openings.Add((image, i));
        if (Openings.Count > before) _images.Add(image);
        else await run.DisposeAsync();
    }

    // Left as it is, taken away, replaced by an older copy, or without the file that names its parts.
    private static void LoseIndex(IngestRun run, int how)
    {
        var current = run.FolderOf("own/index/CURRENT");
        if (how == 3 && File.Exists(current)) File.Delete(current);
        else if (how is 1 or 2) run.LoseIndex(all: how == 1);
    }

    private static string Kind(Image image, int at) => at < 0 ? "" : $"{image.Steps[at].Step} {Numbers().Replace(image.Steps[at].Path, "#")}";

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]+|\d+")]
    private static partial Regex Numbers();
}
