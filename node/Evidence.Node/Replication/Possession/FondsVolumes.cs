using Evidence.Core.Seals;
using Evidence.Node.Configuration;
using Evidence.Node.Logs;

namespace Evidence.Node.Replication.Possession;

/// <summary>In which volumes of the own log records of each fonds lie that a policy names. Read once from the records' own descriptions, and then as far as they are new; a record that cannot be read counts for every policy, and one that nobody knows the place of has every volume count.</summary>
internal sealed class FondsVolumes(NodeLogs logs, NodeOptions options)
{
    private const string MetadataPart = "m0001";
    private readonly HashSet<string> _named = [.. options.Replicas.Policies.Select(policy => policy.Fonds)];
    private readonly Dictionary<string, HashSet<uint>> _volumes = [];
    private readonly HashSet<ulong> _unplaced = [];
    private ulong _next;

    /// <summary>The volumes of which a policy says how many copies there must be.</summary>
    internal IReadOnlySet<uint> Of(string fonds) => IsAll || _unplaced.Count > 0 ? logs.Own.Volumes.Select(volume => volume.Number).ToHashSet() : _volumes.GetValueOrDefault(fonds) ?? [];

    private bool IsAll => _named.All(fonds => fonds == ReplicaPolicy.Every);

    /// <summary>Looks at the records that have come since the last call.</summary>
    internal async Task RefreshAsync(CancellationToken ct)
    {
        if (IsAll) return;
        foreach (var leaf in _unplaced.ToList()) await LookAtAsync(leaf, ct);
        for (; _next < logs.Own.Size; _next++) await LookAtAsync(_next, ct);
    }

    private async Task LookAtAsync(ulong leaf, CancellationToken ct)
    {
        if (logs.Own.FindLeaf(leaf)?.Place is not { } place)
        {
            _unplaced.Add(leaf);
            return;
        }

        foreach (var fonds in await FondsAsync(place, ct) is { } one ? [_named.Contains(one) ? one : ReplicaPolicy.Every] : (IEnumerable<string>)_named) Add(fonds, place.Volume);
        _unplaced.Remove(leaf);
    }

    private void Add(string fonds, uint volume)
    {
        if (!_volumes.TryGetValue(fonds, out var volumes)) _volumes[fonds] = volumes = [];
        volumes.Add(volume);
    }

    private async Task<string?> FondsAsync(Place place, CancellationToken ct)
    {
        try
        {
            var record = await logs.Own.ReadRecordAsync(place, ct);
            if (!record.Members.Any(member => member.Name == MetadataPart)) return "";
            using var bytes = new MemoryStream();
            await using var part = logs.Own.OpenPart(place, record.Members.First(member => member.Name == MetadataPart));
            await part.CopyToAsync(bytes, ct);
            return RecordMetadata.Parse(bytes.ToArray()).Description.Fonds;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null;
        }
    }
}
