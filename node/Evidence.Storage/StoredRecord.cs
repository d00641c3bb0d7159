using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Core.Verification;

namespace Evidence.Storage;

/// <summary>A record as it lies in a volume. Headers, padding and the seal's form were read and compared; the parts' content was not.</summary>
/// <param name="RecordId">The record's number.</param>
/// <param name="Leaf">Index of its seal in the log.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="SealBytes">The seal's bytes; empty when there is no readable seal member.</param>
/// <param name="Seal">The seal, or null when its bytes are not a seal in canonical form.</param>
/// <param name="Members">All parts in the order of the volume, without the seal. Where headers are damaged, the seal says where the parts lie.</param>
/// <param name="Findings">What is wrong with headers, padding, seal or member list; empty when all is as it must be.</param>
public sealed record StoredRecord(
    RecordId RecordId,
    ulong Leaf,
    Place Place,
    byte[] SealBytes,
    Seal? Seal,
    IReadOnlyList<StoredMember> Members,
    IReadOnlyList<Finding> Findings);
