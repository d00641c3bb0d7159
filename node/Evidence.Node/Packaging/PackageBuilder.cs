using System.Runtime.CompilerServices;
using Evidence.Core;
using Evidence.Core.Chain;
using Evidence.Core.Chain.Consensus;
using Evidence.Core.Log;
using Evidence.Core.Packages;
using Evidence.Node.Configuration;
using Evidence.Node.Events;
using Evidence.Node.Verification;
using Evidence.Storage;

namespace Evidence.Node.Packaging;

/// <summary>Writes evidence packages: of records, or of a whole fonds, with the memory of one record.</summary>
internal sealed class PackageBuilder(RecordFinder finder, CheckpointChoice checkpoints, SignatureRoots roots, EventTrails trails, NodeOptions options)
{
    /// <summary>Finds what a package is to hold.</summary>
    /// <returns>Null and the number when no log has one of the records.</returns>
    /// <exception cref="PackageRefusedException">The records are not of one log, or no checkpoint covers them: the message says what to do.</exception>
    internal async Task<(PackagePlan? Plan, RecordId Unknown)> PlanAsync(PackageOrder order, CancellationToken ct)
    {
        if (order.Fonds.Length > 0)
        {
            var newest = await checkpoints.ChooseAsync(order.Log, null, order.Checkpoint, ct);
            return (new PackagePlan(order.Log, newest, FondsRecords.OfAsync(order.Log, order.Fonds, newest.Size, ct), order.WithEvents), default);
        }

        var (places, log) = (new SortedDictionary<ulong, Place>(), (LogStore?)null);
        foreach (var id in order.Records)
        {
            if (await finder.FindAsync(id, ct) is not var (found, stored)) return (null, id);
            if (log is not null && log != found) throw new PackageRefusedException(PackageRefusal.BadOrder, $"Record {id} is in the log {found.Origin}, those before it in {log.Origin}: a package holds the records of one log. Ask for one package for each.");
            (log, places[stored.Leaf]) = (found, stored.Place);
        }

        var last = places.Keys.Last();
        var checkpoint = await checkpoints.ChooseAsync(log!, last, order.Checkpoint, ct);
        if (last >= checkpoint.Size)
            throw new PackageRefusedException(order.Checkpoint > 0 ? PackageRefusal.BadOrder : PackageRefusal.NotNow, $"The record of leaf {last} is sealed, and the checkpoint of {checkpoint.Size} leaves does not hold it. {(order.Checkpoint > 0 ? "State a larger one." : "Ask again in a second.")}");
        return (new PackagePlan(log!, checkpoint, ReadAsync(log!, places.Values, ct), order.WithEvents), default);
    }

    /// <summary>Writes the package. When it throws, what was written is no package.</summary>
    /// <param name="zip">Where it goes.</param>
    /// <param name="plan">What it holds.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="readOut">Hears of each record that is in it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PackageRefusedException">There is no record.</exception>
    /// <exception cref="InvalidDataException">A record is not what was filed: nothing is given out as evidence that is not.</exception>
    internal async Task WriteAsync(Stream zip, PackagePlan plan, PackageProgress progress, Action<StoredRecord> readOut, CancellationToken ct)
    {
        var heading = new PackageHeading { LogKey = plan.Log.Keys.First.ToString(), Rotations = plan.Log.Keys.Rotations, CheckpointNote = plan.Checkpoint.Note, Anchor = plan.Checkpoint.Anchor, History = HistoryOf(plan.Checkpoint.Anchor), SignatureRootsPem = roots.Pem };
        using var package = new EvidencePackageWriter(zip, heading, Scratch);
        var leaves = new PackagedLeaves(new PackageLimits().MaxRecords);
        await foreach (var record in plan.Records.WithCancellation(ct))
        {
            package.Add(Of(plan, record));
            leaves.Add(record.Leaf);
            readOut(record);
            progress.Report(record.Leaf);
        }

        if (progress.Records == 0) throw new PackageRefusedException(PackageRefusal.NotThere, $"No record among the first {plan.Checkpoint.Size} leaves of {plan.Log.Origin} is of this fonds.");
        if (plan.WithEvents) await AddEventsAsync(package, plan, leaves, ct);
        package.Complete();
    }

    /// <summary>Those that the checkpoint covers, so that a document that comes later changes no package.</summary>
    private async Task AddEventsAsync(EvidencePackageWriter package, PackagePlan plan, PackagedLeaves leaves, CancellationToken ct)
    {
        await foreach (var filed in trails.Of(plan.Log).ConcerningAsync(plan.Log.Keys.LogId, leaves.Meet, 0, plan.Checkpoint.Size, ct))
            if (!leaves.Holds(filed.Leaf)) package.AddEvents(Of(plan, filed.Record));
    }

    /// <summary>Of a block below its first header a history says nothing.</summary>
    private ValidatorHistory? HistoryOf(AnchorProof? anchor) => options.Ledger?.History is { } history && anchor?.BlockNumber >= history.From ? history : null;

    private static PackageRecord Of(PackagePlan plan, StoredRecord record)
    {
        if (record.Seal is null) throw new InvalidDataException($"Record {record.RecordId} is not what was filed; no package is made of it. Verify it for the findings.");
        return new PackageRecord
        {
            Seal = record.SealBytes,
            Leaf = record.Leaf,
            Inclusion = InclusionProof.Make(record.Leaf, plan.Checkpoint.Size, plan.Log.Nodes(plan.Checkpoint.Size)),
            OpenPart = name => plan.Log.OpenPart(record.Place, record.Members.FirstOrDefault(member => member.Name == name)
                ?? throw new InvalidDataException($"The part {name} of record {record.RecordId} is missing; no evidence package was made. Verify and repair the record first.")),
        };
    }

    private static async IAsyncEnumerable<StoredRecord> ReadAsync(LogStore log, IEnumerable<Place> places, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var place in places) yield return await log.ReadRecordAsync(place, ct);
    }

    private static FileStream Scratch() => new(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 14, FileOptions.DeleteOnClose);
}
