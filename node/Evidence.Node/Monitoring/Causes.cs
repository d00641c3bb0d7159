namespace Evidence.Node.Monitoring;

/// <summary>What a sweep looks at. An alert is closed only when all of its scope was looked at again.</summary>
internal enum Scope
{
    Volumes,
    VolumeFolder,
    Tiles,
    Checkpoint,
    Identity,
    Index,
    Proofs,
    Ledger,
    Journals,
    Sweep,
}

/// <summary>Keys of the faults that the sweep finds, of the alerts that tell of them, and which part of the sweep closes those.</summary>
internal static class Causes
{
    private static readonly Dictionary<string, Scope> Scopes = new()
    {
        ["volume-damaged"] = Scope.Volumes,
        ["volume-missing"] = Scope.Volumes,
        ["volume-tail"] = Scope.VolumeFolder,
        ["volumes-unexpected"] = Scope.VolumeFolder,
        ["volumes-unknown"] = Scope.VolumeFolder,
        ["volumes-mended"] = Scope.Volumes,
        ["leaves-missing"] = Scope.Volumes,
        ["leaves-duplicated"] = Scope.Volumes,
        ["tiles-damaged"] = Scope.Tiles,
        ["tiles-unexpected"] = Scope.Tiles,
        ["checkpoint-damaged"] = Scope.Checkpoint,
        ["identity-damaged"] = Scope.Identity,
        ["index-damaged"] = Scope.Index,
        ["proofs-damaged"] = Scope.Proofs,
        ["clock-behind-ledger"] = Scope.Ledger,
        ["ledger-differs"] = Scope.Ledger,
        ["behind-ledger"] = Scope.Ledger,
        ["ledger-lost"] = Scope.Ledger,
        ["ledger-unreachable"] = Scope.Ledger,
        ["journal-damaged"] = Scope.Journals,
        ["sweep-failed"] = Scope.Sweep,
    };

    internal static string VolumeDamaged(string log, uint volume, long offset) => $"volume-damaged:{log}:{volume}:{offset}";

    internal static string VolumeMissing(string log, uint volume) => $"volume-missing:{log}:{volume}";

    /// <summary>Bytes behind the end of an open volume.</summary>
    internal static string VolumeTail(string log, uint volume) => $"volume-tail:{log}:{volume}";

    /// <summary>Files among the volumes that are none.</summary>
    internal static string VolumesUnexpected(string log) => $"volumes-unexpected:{log}";

    /// <summary>Files that have the name of a volume and that the log does not know.</summary>
    internal static string VolumesUnknown(string log) => $"volumes-unknown:{log}";

    /// <summary>What opening the log found in its volumes.</summary>
    internal static string VolumesMended(string log) => $"volumes-mended:{log}";

    internal static string LeavesMissing(string log) => $"leaves-missing:{log}";

    internal static string LeavesDuplicated(string log) => $"leaves-duplicated:{log}";

    internal static string TilesDamaged(string log) => $"tiles-damaged:{log}";

    internal static string TilesUnexpected(string log) => $"tiles-unexpected:{log}";

    internal static string CheckpointDamaged(string log) => $"checkpoint-damaged:{log}";

    /// <summary>log.json is not what it was written as.</summary>
    internal static string IdentityDamaged(string log) => $"identity-damaged:{log}";

    internal static string IndexDamaged(string log) => $"index-damaged:{log}";

    internal static string ProofsDamaged(string log, string file) => $"proofs-damaged:{log}:{file}";

    /// <summary>The ledger anchors more leaves than this node holds.</summary>
    internal static string BehindLedger(string log) => $"behind-ledger:{log}";

    /// <summary>This machine's clock shows an earlier time than a block of the ledger.</summary>
    internal static string ClockBehind(string log) => $"clock-behind-ledger:{log}";

    internal static string LedgerDiffers(string log) => $"ledger-differs:{log}";

    internal static string LedgerLost(string log) => $"ledger-lost:{log}";

    internal static string LedgerUnreachable(string log) => $"ledger-unreachable:{log}";

    internal static string JournalDamaged(string file) => $"journal-damaged:{file}";

    /// <summary>Some record was not checked for longer than the configuration wants.</summary>
    internal const string SweepOverdue = "sweep-overdue";

    internal static string SweepFailed(string log) => $"sweep-failed:{log}";

    /// <summary>Key of the alert that tells of a fault: all damaged ranges, missing volumes or tails of one log are told together, since one failing disk makes them all.</summary>
    internal static string AlertOf(string cause, string log) =>
        IsOfSingleVolumes(cause) ? $"{cause.Split(':')[0]}:{log}" : cause;

    /// <summary>Whether all that an alert tells of lies in volumes that are named.</summary>
    internal static bool IsOfSingleVolumes(string cause) => cause.Split(':')[0] is "volume-damaged" or "volume-missing" or "volume-tail";

    /// <summary>The part of the sweep that answers for an alert; null for alerts that others opened.</summary>
    internal static Scope? ScopeOf(string cause) => Scopes.TryGetValue(cause.Split(':')[0], out var scope) ? scope : null;
}
