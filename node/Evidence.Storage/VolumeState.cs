namespace Evidence.Storage;

/// <summary>What a log knows of one of its volumes.</summary>
/// <param name="Number">Number of the volume, from 1.</param>
/// <param name="DurableLength">Bytes that are on the medium and complete: the file must have at least these; a closed one exactly these.</param>
/// <param name="Closed">Whether it is closed: a whole BagIt bag with end blocks, never to grow.</param>
public sealed record VolumeState(uint Number, long DurableLength, bool Closed);
