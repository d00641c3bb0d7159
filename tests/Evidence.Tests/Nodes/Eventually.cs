namespace Evidence.Tests.Nodes;

/// <summary>Waits for something that a worker does in its own time. How long it takes is not judged; only that it comes at all, and a node may itself wait a minute, as for a transaction that a chain has lost.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    internal static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"It never came true: {what}.");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    internal static Task TrueAsync(Func<Task<bool>> condition, string what) => GetAsync(condition, static isTrue => isTrue, what);

    internal static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> isIt, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await ask();
            if (isIt(answer)) return answer;
            if (patience.IsCancellationRequested) Assert.Fail($"It never came true: {what}; last answer: {answer}.");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
