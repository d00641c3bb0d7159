using Evidence.Core;

namespace Evidence.Node.Monitoring.Judging;

/// <summary>A root that something above the log vouches for.</summary>
/// <param name="Size">Leaves of the tree.</param>
/// <param name="Root">Its root.</param>
/// <param name="Source">Who vouches, for people: an anchor, a checkpoint.</param>
internal sealed record TrustedRoot(ulong Size, Digest Root, string Source);
