namespace Evidence.Ledger.Rpc;

/// <summary>Waits for several who were asked at once, and not for long for the slow ones.</summary>
internal static class Gathering
{
    /// <summary>What the slow ones are given once enough have answered: most answers that matter come within it, and nobody notices the wait.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until all have ended, or what has come is enough and the grace is over. What is still at work goes on, and its failure is nobody's.</summary>
    /// <returns>What has come, in the order of the asking.</returns>
    internal static async Task<IReadOnlyList<T>> WaitAsync<T>(IReadOnlyList<Task<T>> asked, Func<IReadOnlyList<T>, bool> isEnough, TimeProvider time, CancellationToken ct)
    {
        List<Task<T>> open = [.. asked];
        List<T> come = [];
        Task? grace = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            while (open.Count > 0)
            {
                var ended = await Task.WhenAny(grace is null ? open : [.. open, grace]);
                if (ended is not Task<T> answer) break;
                open.Remove(answer);
                come.Add(await answer);
                if (isEnough(come)) grace ??= Task.Delay(Grace, time, over.Token);
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var slow in open) Observe(slow);
        }

        ct.ThrowIfCancellationRequested();
        return await Task.WhenAll(asked.Except(open));
    }

    private static void Observe(Task slow) =>
        _ = slow.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
