using System.Collections.Immutable;

namespace Evidence.Storage.Volumes;

/// <summary>What is known of the volumes, to be read at any time while one writer changes it.</summary>
internal sealed class VolumeSet
{
    private ImmutableSortedDictionary<uint, VolumeState> _states = ImmutableSortedDictionary<uint, VolumeState>.Empty;

    internal IReadOnlyList<VolumeState> All => [.. Volatile.Read(ref _states).Values];

    /// <summary>The highest number, 0 when there is no volume.</summary>
    internal uint Highest => Volatile.Read(ref _states) is { IsEmpty: false } states ? states.Keys.Max() : 0;

    /// <summary>The volume that is not closed, or null. Where several are, the highest.</summary>
    internal VolumeState? Open => Volatile.Read(ref _states).Values.LastOrDefault(s => !s.Closed);

    internal VolumeState? Find(uint volume) => Volatile.Read(ref _states).GetValueOrDefault(volume);

    internal void Set(VolumeState state) => ImmutableInterlocked.Update(ref _states, (states, set) => states.SetItem(set.Number, set), state);

    internal void Remove(uint volume) => ImmutableInterlocked.Update(ref _states, (states, v) => states.Remove(v), volume);

    internal void Clear() => Volatile.Write(ref _states, ImmutableSortedDictionary<uint, VolumeState>.Empty);
}
