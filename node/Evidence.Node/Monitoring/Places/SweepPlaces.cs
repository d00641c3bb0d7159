using System.Collections.Immutable;
using Evidence.Storage;
using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Places;

/// <summary>
/// Where the sweep is, and when each volume was last found in order. Kept on disk after every volume, or every so many bytes where volumes are small: a sweep that a crash cuts off is gone on with, and reads
/// no more than that again.
/// </summary>
internal sealed partial class SweepPlaces
{
    // After a longer one everything is read again. It says nothing of how long a sweep takes: one that is broken off every day must come to its end all the same.
    private static readonly TimeSpan LongestBreak = TimeSpan.FromDays(1);
    private readonly PlacesFile _file;
    private readonly long _bytesBetweenWrites;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private ImmutableDictionary<string, LogPlace> _logs = ImmutableDictionary<string, LogPlace>.Empty;
    private ImmutableDictionary<string, IReadOnlyList<VolumeAge>> _ages;
    private ImmutableDictionary<string, IReadOnlyList<uint>> _damaged;
    private string _sweep;
    private long _unwritten;

    /// <param name="file">Where it is kept.</param>
    /// <param name="bytesBetweenWrites">Bytes of volumes after which it is written.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told when it cannot be written.</param>
    internal SweepPlaces(PlacesFile file, long bytesBetweenWrites, TimeProvider time, ILogger<SweepPlaces> logger)
    {
        (_file, _bytesBetweenWrites, _time, _logger) = (file, bytesBetweenWrites, time, logger);
        var state = file.Read();
        _sweep = state?.Sweep ?? "";
        if (state is not null) _logs = state.Logs.ToImmutableDictionary();
        _damaged = state?.Damaged.ToImmutableDictionary() ?? ImmutableDictionary<string, IReadOnlyList<uint>>.Empty;
        _ages = state?.Ages.ToImmutableDictionary() ?? ImmutableDictionary<string, IReadOnlyList<VolumeAge>>.Empty;
    }

    /// <summary>Begins a sweep. It goes on where the last one was, if that was cut off, and not long ago.</summary>
    internal void Begin(string sweep)
    {
        lock (_gate)
        {
            if (_sweep.Length == 0 || !WasJustUnderWay()) _logs = _logs.Clear();
            _logs = _logs.RemoveRange(_logs.Where(static log => log.Value.Volumes.Count == 0).Select(static log => log.Key));
            _sweep = sweep;
        }
    }

    /// <summary>How far the sweep is in a log.</summary>
    internal LogPlace Of(LogStore log)
    {
        lock (_gate)
        {
            if (_logs.TryGetValue(log.Origin, out var place)) return place;
            _logs = _logs.SetItem(log.Origin, place = new LogPlace(SweepSeed.New(log.Size), []));
            return place;
        }
    }

    /// <summary>Begins a log anew: something in it is not in order, and what was read of it before may not be either.</summary>
    internal LogPlace Forget(LogStore log)
    {
        lock (_gate) _logs = _logs.Remove(log.Origin);
        return Of(log);
    }

    /// <summary>Keeps that a volume is in order.</summary>
    /// <param name="origin">The log.</param>
    /// <param name="volume">What was found.</param>
    /// <param name="at">When its reading began.</param>
    internal void Keep(string origin, CheckedVolume volume, DateTimeOffset at)
    {
        PlacesState? state = null;
        lock (_gate)
        {
            if (_logs.TryGetValue(origin, out var place))
                _logs = _logs.SetItem(origin, place with { Volumes = [.. place.Volumes.Where(known => known.Number != volume.Number), volume] });
            _ages = _ages.SetItem(origin, [.. AgesOf(origin).Where(known => known.Number != volume.Number), new VolumeAge(volume.Number, at)]);
            if ((_unwritten += volume.Length) >= _bytesBetweenWrites) state = State();
        }

        if (state is not null) Write(state);
    }

    /// <summary>Notes which volumes of a log a pass over it has found damaged.</summary>
    internal void Judge(string origin, IReadOnlyList<uint> damaged)
    {
        PlacesState state;
        lock (_gate)
        {
            if (DamagedOf(origin).SequenceEqual(damaged)) return;
            _damaged = _damaged.SetItem(origin, damaged);
            state = State();
        }

        Write(state);
    }

    /// <summary>The volumes of a log in which the latest pass over it has found damage.</summary>
    internal IReadOnlyList<uint> DamagedOf(string origin)
    {
        lock (_gate) return _damaged.GetValueOrDefault(origin, []);
    }

    /// <summary>The sweep has ended: the next one reads everything.</summary>
    internal void End()
    {
        PlacesState state;
        lock (_gate)
        {
            (_sweep, _logs) = ("", _logs.Clear());
            state = State();
        }

        Write(state);
    }

    /// <summary>The moment from which on nobody knows of some record whether it is in order: the oldest one that is not covered by a later check. Null when there are no records.</summary>
    internal DateTimeOffset? OldestUnchecked(IEnumerable<LogStore> logs)
    {
        DateTimeOffset? oldest = null;
        foreach (var log in logs)
        {
            IReadOnlyList<VolumeAge> ages;
            lock (_gate) ages = AgesOf(log.Origin);
            var known = ages.ToDictionary(age => age.Number, age => age.At);
            var began = DateTimeOffset.UnixEpoch;
            foreach (var volume in log.Volumes)
            {
                began = log.VolumeBegan(volume.Number) ?? began; // nobody can say of one that is missing: not before the one before it
                var at = known.TryGetValue(volume.Number, out var read) ? read : began;
                if (oldest is null || at < oldest) oldest = at;
            }
        }

        return oldest;
    }

    private bool WasJustUnderWay()
    {
        var last = _logs.SelectMany(log => log.Value.Volumes.Select(volume => CheckedAt(log.Key, volume.Number))).Max();
        return _time.GetUtcNow() - last is { } since && since >= TimeSpan.Zero && since < LongestBreak;
    }

    /// <summary>When the last reading began that found the volume in order; null: none did.</summary>
    internal DateTimeOffset? CheckedAt(string origin, uint volume)
    {
        lock (_gate) return AgesOf(origin).FirstOrDefault(age => age.Number == volume)?.At;
    }

    private IReadOnlyList<VolumeAge> AgesOf(string origin) => _ages.GetValueOrDefault(origin, []);

    private PlacesState State()
    {
        _unwritten = 0;
        return new PlacesState(_sweep, _logs, _ages) { Damaged = _damaged };
    }

    // Without it a sweep that is cut off begins at the beginning: no reason to give this one up.
    private void Write(PlacesState state)
    {
        try
        {
            _file.Write(state);
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            LogNotKept(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The place of the sweep could not be kept")]
    private partial void LogNotKept(Exception e);
}
