namespace Evidence.Node.Archiving;

/// <summary>How fast one large record is taken while small ones come in: a stretch of it, then a rest, so that neither processor nor medium has a queue of its bytes.</summary>
/// <param name="precedence">Whether small records come in.</param>
/// <param name="time">Measures stretches and rests.</param>
internal sealed class LargeRecordPace(Precedence precedence, TimeProvider time)
{
    /// <summary>Bytes that are taken without a rest.</summary>
    internal const int Stretch = 256 << 10;

    /// <summary>What a stretch and its rest take together at least: 64 MiB a second.</summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(4);

    /// <summary>The shortest rest, for bytes that come slowly by themselves.</summary>
    internal static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    private int _taken;
    private long _began = time.GetTimestamp();

    /// <summary>To be called after bytes were taken.</summary>
    internal ValueTask AfterAsync(int bytes, CancellationToken ct)
    {
        _taken += bytes;
        return _taken < Stretch ? ValueTask.CompletedTask : EndStretchAsync(ct);
    }

    private async ValueTask EndStretchAsync(CancellationToken ct)
    {
        _taken = 0;
        if (precedence.SmallRecordsCome)
        {
            var left = Turn - time.GetElapsedTime(_began);
            await Task.Delay(left > ShortestRest ? left : ShortestRest, time, ct);
        }

        _began = time.GetTimestamp();
    }
}
