using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring;

/// <summary>How far a sweep has come.</summary>
internal enum SweepStage
{
    /// <summary>Every byte is read from the medium.</summary>
    Scan,

    /// <summary>Volumes, tiles, checkpoint, proofs, ledger and index are compared with each other.</summary>
    Compare,

    /// <summary>One alert is opened for each fault.</summary>
    Alert,

    /// <summary>Bytes are fetched, proven, written and read back.</summary>
    Repair,

    /// <summary>What was repaired is checked again; what passes closes its alert.</summary>
    Recheck,

    /// <summary>The sweep has ended and is reported.</summary>
    Done,

    /// <summary>The sweep could not run to its end.</summary>
    Failed,
}

/// <summary>The state of one sweep, as it is watched and reported.</summary>
/// <param name="Id">Number of the sweep, unique on this node: <c>sweep-1</c>, <c>sweep-2</c>, …</param>
/// <param name="Stage">How far it has come.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null while it runs.</param>
/// <param name="BytesTotal">Bytes of volumes to be read.</param>
/// <param name="BytesRead">Bytes of volumes read so far.</param>
/// <param name="RecordsChecked">Records whose every byte was read and compared.</param>
/// <param name="RecordsDamaged">Records with a part or a seal that is changed, missing or unreadable.</param>
/// <param name="Repaired">Faults that were repaired, proven and read back.</param>
/// <param name="Findings">The first <see cref="MaxFindings"/> findings.</param>
/// <param name="FindingsTotal">How many findings there were.</param>
/// <param name="Outcome">Intact: everything was read and agrees, or was repaired and then agreed.</param>
/// <param name="Error">Why a sweep failed; empty otherwise.</param>
/// <param name="CacheExcluded">False: the page cache may have answered instead of the medium.</param>
/// <param name="BytesKept">Bytes of volumes that were not read again: a sweep before it, which was cut off, had found them in order.</param>
/// <param name="RecordsKept">Records in them.</param>
/// <param name="AllSwept">Whether every log was swept to its end, whatever was found in it.</param>
internal sealed record SweepState(
    string Id,
    SweepStage Stage,
    DateTimeOffset Started,
    DateTimeOffset? Ended = null,
    long BytesTotal = 0,
    long BytesRead = 0,
    long RecordsChecked = 0,
    long RecordsDamaged = 0,
    long Repaired = 0,
    IReadOnlyList<Finding>? Findings = null,
    long FindingsTotal = 0,
    Outcome Outcome = Outcome.Undetermined,
    string Error = "",
    bool CacheExcluded = true,
    long BytesKept = 0,
    long RecordsKept = 0,
    bool AllSwept = false)
{
    /// <summary>A report lists this many findings; <see cref="FindingsTotal"/> counts all.</summary>
    public const int MaxFindings = 1000;

    /// <summary>The number in <see cref="Id"/>; 0 when it has none.</summary>
    public int Number => int.TryParse(Id.AsSpan(Id.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The findings, never null.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = Findings ?? [];

    /// <summary>The rate of reading from its beginning to its end, or to now.</summary>
    public double BytesPerSecond(DateTimeOffset now) => BytesRead / Math.Max(0.001, ((Ended ?? now) - Started).TotalSeconds);

    /// <summary>Whether it runs no more.</summary>
    public bool HasEnded => Stage is SweepStage.Done or SweepStage.Failed;
}
