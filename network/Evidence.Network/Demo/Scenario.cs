using Spectre.Console;

namespace Evidence.Network.Demo;

/// <summary>What a step saw, and whether that is what was expected.</summary>
internal sealed record Seen(bool AsExpected, string What);

/// <summary>Runs the steps of the demo and says of each what was done, expected and seen. A step that was not as expected does not stop the others.</summary>
internal sealed class Scenario(IAnsiConsole console, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private int _steps;
    private int _asExpected;

    internal bool AllAsExpected => _steps > 0 && _asExpected == _steps;

    internal async Task StepAsync(string done, string expected, Func<Task<Seen>> step)
    {
        var started = time.GetTimestamp();
        _steps++;
        console.WriteLine();
        console.WriteLine($"[{_steps}] {done}");
        console.WriteLine($"    expected: {expected}");
        var seen = await SeeAsync(step);
        if (seen.AsExpected) _asExpected++;
        console.Write(new Text($"    seen:     {seen.What}\n"));
        console.Write(new Text($"    {(seen.AsExpected ? "as expected" : "NOT AS EXPECTED")} ({time.GetElapsedTime(started).TotalSeconds:0.0} s)\n", seen.AsExpected ? new Style(Color.Green) : new Style(Color.Red)));
    }

    internal void Summarize()
    {
        console.WriteLine();
        var style = AllAsExpected ? new Style(Color.Green) : new Style(Color.Red);
        console.Write(new Text($"demo: {_asExpected} of {_steps} steps as expected, {time.GetElapsedTime(_started).TotalSeconds:0} s\n", style));
    }

    // A step that could not be carried out is one that was not as expected; the steps after it still have something to show.
    private static async Task<Seen> SeeAsync(Func<Task<Seen>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Seen(false, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
