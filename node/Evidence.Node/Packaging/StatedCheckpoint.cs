using Evidence.Core.Chain;

namespace Evidence.Node.Packaging;

/// <summary>The checkpoint to which every inclusion proof of a package leads.</summary>
/// <param name="Size">Its leaves.</param>
/// <param name="Note">The signed note with every cosignature that is kept, in an order that does not depend on who came first.</param>
/// <param name="Anchor">Its anchor; null while there is none.</param>
internal sealed record StatedCheckpoint(ulong Size, string Note, AnchorProof? Anchor);
