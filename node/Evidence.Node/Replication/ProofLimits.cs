namespace Evidence.Node.Replication;

/// <summary>How many entries of a proof file are read from a peer, so that one that never ends does not hold up this node.</summary>
internal static class ProofLimits
{
    // Every anchor adds a leaf at least; a chain that was set back adds a few again. A checkpoint has a handful of witnesses.
    private const int Spare = 1000, Witnesses = 16;

    internal static int Of(ProofKind kind, ulong leaves) =>
        (int)Math.Min(int.MaxValue, (leaves + Spare) * (kind == ProofKind.Cosignatures ? Witnesses : 1UL));
}
