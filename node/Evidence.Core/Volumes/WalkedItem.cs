using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Core.Volumes;

/// <summary>What a range of a volume was found to be.</summary>
public enum WalkedKind
{
    /// <summary>A record with a seal that says how long it is. It may have findings.</summary>
    Record,

    /// <summary>The members that close a bag, and the end blocks. They may have findings.</summary>
    Closing,

    /// <summary>A range in which no record could be made out, or that is missing.</summary>
    Damage,
}

/// <summary>One range of a volume. The ranges of a walk lie side by side: every byte of the volume is in exactly one.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Record">The record, for <see cref="WalkedKind.Record"/>.</param>
/// <param name="Findings">What is wrong; empty when every byte of the range is as it must be.</param>
public sealed record WalkedItem(WalkedKind Kind, long Offset, long Length, WalkedRecord? Record, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether every byte of the range is as it must be.</summary>
    public bool IsIntact => Findings.Count == 0;
}

/// <summary>A record as a walk found it.</summary>
/// <param name="Id">The record's number.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="SealBytes">The seal's bytes as read.</param>
/// <param name="Seal">The seal.</param>
/// <param name="Members">The parts where the seal says they lie, without the seal.</param>
public sealed record WalkedRecord(RecordId Id, Place Place, byte[] SealBytes, Seal Seal, IReadOnlyList<StoredMember> Members);
