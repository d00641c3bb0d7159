namespace Evidence.Node.Replication.Possession;

/// <summary>Bytes of a volume of which possession is to be proven.</summary>
internal sealed record PossessionRange(uint Volume, long Offset, long Length);
