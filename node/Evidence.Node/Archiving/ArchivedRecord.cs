using Evidence.Core;

namespace Evidence.Node.Archiving;

/// <summary>A record that is on the medium: content, signatures, seal and leaf.</summary>
/// <param name="Record">Its number.</param>
/// <param name="Leaf">Index of its leaf.</param>
/// <param name="SealSha256">SHA-256 of the seal's bytes.</param>
/// <param name="Received">Time of receipt as it stands in the seal.</param>
/// <param name="Signature">TOTAL-PASSED, INDETERMINATE with a sub-indication, or NONE.</param>
internal sealed record ArchivedRecord(RecordId Record, ulong Leaf, Digest SealSha256, DateTimeOffset Received, string Signature);
