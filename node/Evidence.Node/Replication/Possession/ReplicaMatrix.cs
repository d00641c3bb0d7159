using Evidence.Core.Verification;
using Evidence.Node.Configuration;
using Evidence.Node.Monitoring;
using Evidence.Node.Monitoring.Alerting;
using Evidence.Node.Monitoring.Places;
using Evidence.Storage;

namespace Evidence.Node.Replication.Possession;

/// <summary>A node's copy of a volume, as far as it is proven.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="IsSelf">Whether it is this one, whose copy its own sweep answers for.</param>
/// <param name="Place">Where it stands, as it states.</param>
/// <param name="Medium">What its records lie on, as it states.</param>
/// <param name="ProvenBytes">Bytes that it has proven to hold, so recently that it counts.</param>
/// <param name="Oldest">When the oldest of those was proven; null when none was. Of this node's own copy: when the sweep last began to read it.</param>
/// <param name="IsWrong">Whether it answered with other bytes than the log's.</param>
internal sealed record ReplicaCell(string Node, bool IsSelf, string Place, string Medium, long ProvenBytes, DateTimeOffset? Oldest, bool IsWrong);

/// <summary>A volume of a log, and who has proven to hold it.</summary>
/// <param name="Log">The log.</param>
/// <param name="Volume">Number of the volume.</param>
/// <param name="Bytes">Bytes of it that this node has.</param>
/// <param name="FirstLeaf">Leaf of its first record; null when that cannot be read.</param>
/// <param name="Cells">One for each node.</param>
internal sealed record ReplicaRow(string Log, uint Volume, long Bytes, ulong? FirstLeaf, IReadOnlyList<ReplicaCell> Cells)
{
    /// <summary>Nodes that have proven the first <paramref name="length"/> bytes.</summary>
    internal IEnumerable<ReplicaCell> Proven(long length) => Cells.Where(cell => !cell.IsWrong && cell.ProvenBytes >= length);
}

/// <summary>What is proven of each volume, at which node, and when.</summary>
internal sealed class ReplicaMatrix(PeerBook peers, PossessionBook book, SweepPlaces places, AlertBook alerts, NodeOptions options, TimeProvider time)
{
    /// <summary>Since when a proof counts.</summary>
    internal DateTimeOffset Since => time.GetUtcNow() - options.Replicas.ProofAge;

    /// <summary>The volumes of a log, of the first bytes that <paramref name="lengths"/> names; null: of all.</summary>
    internal async Task<IReadOnlyList<ReplicaRow>> OfAsync(LogStore log, IReadOnlyDictionary<uint, long>? lengths, CancellationToken ct)
    {
        var rows = new List<ReplicaRow>();
        foreach (var volume in log.Volumes)
        {
            var length = lengths is null ? volume.DurableLength : Math.Min(volume.DurableLength, lengths.GetValueOrDefault(volume.Number));
            if (length > 0) rows.Add(new ReplicaRow(log.Origin, volume.Number, length, lengths is null ? await FirstLeafAsync(log, volume.Number, ct) : null, Cells(log, volume.Number, length)));
        }

        return rows;
    }

    /// <summary>Whether a sweep has found damage of this node's copy that no repair has ended.</summary>
    internal static bool IsDamaged(AlertBook alerts, string log) =>
        alerts.All.Any(alert => alert is { IsOpen: true, Severity: Severity.Error } && alert.Log == log && Causes.ScopeOf(alert.Cause) is not null);

    // Which volumes an alert of damage speaks of, the sweep has noted. Where it has noted none, or the alert is of no volume alone, any may be meant.
    private bool IsDamaged(string origin, uint volume)
    {
        var damaged = places.DamagedOf(origin);
        return damaged.Contains(volume) || alerts.All.Any(alert => alert is { IsOpen: true, Severity: Severity.Error } && alert.Log == origin && Concerns(alert.Cause, damaged.Count > 0));
    }

    // What else is damaged, tiles or the index, is no part of the copy.
    private static bool Concerns(string cause, bool volumesKnown) => Causes.ScopeOf(cause) switch
    {
        Scope.Volumes or Scope.VolumeFolder => !volumesKnown || !Causes.IsOfSingleVolumes(cause),
        Scope.Ledger => true,
        _ => false,
    };

    private List<ReplicaCell> Cells(LogStore log, uint volume, long length)
    {
        var swept = places.CheckedAt(log.Origin, volume);
        var own = swept >= Since && swept <= time.GetUtcNow() && !IsDamaged(log.Origin, volume) ? length : 0;
        var cells = new List<ReplicaCell> { new(options.Name, true, options.Replicas.Place, options.Replicas.Medium, own, swept, false) };
        foreach (var peer in peers.All)
        {
            var (place, medium) = book.StatedBy(peer.Name);
            var (bytes, oldest) = book.ProvenOf(peer.Name, log.Origin, volume, length, Since);
            cells.Add(new ReplicaCell(peer.Name, false, place, medium, bytes, oldest, book.IsWrong(peer.Name, log.Origin, volume)));
        }

        return cells;
    }

    private static async Task<ulong?> FirstLeafAsync(LogStore log, uint volume, CancellationToken ct)
    {
        try
        {
            using var source = log.OpenVolume(volume, fromMedium: false);
            await foreach (var item in VolumeWalker.WalkAsync(source, new VolumeWalk(volume, log.Origin) { HashContent = false }, ct)) return item.Record?.Place.Leaf;
        }
        catch (IOException)
        {
            // the sweep reports it
        }

        return null;
    }
}
