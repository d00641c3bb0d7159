namespace Evidence.Node.Archiving;

/// <summary>
/// Lets other records go first: while one is on its way, a record that comes in many pieces rests after each few of them, so that neither processor nor disk has a queue of its bytes.
/// </summary>
/// <param name="othersAreOnTheirWay">Whether a record waits for the medium.</param>
/// <param name="time">Measures the rests.</param>
internal sealed class Precedence(Func<bool> othersAreOnTheirWay, TimeProvider time)
{
    /// <summary>Bytes that are taken without a rest.</summary>
    internal const int Stretch = 256 << 10;

    /// <summary>How long a rest is.</summary>
    internal static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private int _taken;

    /// <summary>To be called after bytes were taken.</summary>
    internal Task AfterAsync(int bytes, CancellationToken ct)
    {
        _taken += bytes;
        if (_taken < Stretch) return Task.CompletedTask;
        _taken = 0;
        return othersAreOnTheirWay() ? Task.Delay(Rest, time, ct) : Task.CompletedTask;
    }
}
