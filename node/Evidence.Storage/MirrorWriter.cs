namespace Evidence.Storage;

/// <summary>Writes a copy of a peer's log, bit-identical, proving everything that volumes alone can prove before it counts.</summary>
public sealed class MirrorWriter
{
    /// <summary>Writes the mirror <paramref name="store"/>. One writer a mirror.</summary>
    public MirrorWriter(LogStore store) => throw new NotImplementedException();

    /// <summary>
    /// Appends bytes of a volume: whole records, and the closing members when the volume is closed. Every header, padding, digest and seal is checked, then they are synced, indexed and put into the tree in leaf order;
    /// leaves whose predecessors have not come yet wait until those have. A record that is cut off at the end is not kept.
    /// </summary>
    /// <param name="volume">Number of the volume.</param>
    /// <param name="offset">Where the bytes belong: the volume's durable length, 0 for a new one.</param>
    /// <param name="bytes">The bytes, to be read to the end.</param>
    /// <param name="closed">Whether the volume is closed behind these bytes.</param>
    /// <param name="ct">Gives up; nothing is kept then.</param>
    /// <returns>The volume's durable length afterwards.</returns>
    /// <exception cref="UnprovenBytesException">Something is wrong with the bytes, or they contradict a leaf that the mirror holds.</exception>
    /// <exception cref="StorageFullException">The disk is full; the mirror is as before.</exception>
    public Task<long> AppendAsync(uint volume, long offset, Stream bytes, bool closed, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>As the other overload, from memory.</summary>
    public Task<long> AppendAsync(uint volume, long offset, ReadOnlyMemory<byte> bytes, bool closed, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Goes back to the published checkpoint: what came after it did not prove. The bytes go into quarantine.</summary>
    public Task RollBackAsync(string findingJson, CancellationToken ct) => throw new NotImplementedException();
}
