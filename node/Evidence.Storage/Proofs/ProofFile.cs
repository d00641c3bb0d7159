using Evidence.Core.Verification;

namespace Evidence.Storage.Proofs;

/// <summary>
/// An append-only file of things that volumes do not hold. Each line is <c>h payload</c> with h = SHA-256(h of the line before || payload), in hex; the first line follows 32 zero bytes.
/// The payload is canonical JSON (RFC 8785), so it has no newline. One writer, any number of readers.
/// </summary>
public sealed class ProofFile : IDisposable
{
    /// <summary>Opens or creates the file. A last line without its newline is what a crash leaves of an append that was never acknowledged: it is cut off.</summary>
    public static ProofFile Open(string path) => throw new NotImplementedException();

    /// <summary>Number of entries that are on the medium.</summary>
    public long Count => throw new NotImplementedException();

    /// <summary>The file's path.</summary>
    public string Path => throw new NotImplementedException();

    /// <summary>Appends an entry and syncs it. The result is its line, counted from 0.</summary>
    /// <exception cref="ArgumentException">The payload is empty or has a newline.</exception>
    /// <exception cref="StorageFullException">The disk is full; the file is as before.</exception>
    /// <exception cref="StorageFailedException">A write or sync failed, now or before, or the file's last entry is damaged.</exception>
    public Task<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The entries from line <paramref name="first"/> on, as they are in the file now, without checking them. Damaged lines are left out: <see cref="Check"/> names them.</summary>
    public IEnumerable<byte[]> Read(long first = 0) => throw new NotImplementedException();

    /// <summary>Reads the whole file again and reports every line that is changed, missing or unexpected.</summary>
    public IReadOnlyList<Finding> Check() => throw new NotImplementedException();

    /// <summary>Replaces the entries from line <paramref name="firstLine"/> on by proven ones; the whole file as it was goes into quarantine first.</summary>
    public Task RewriteAsync(long firstLine, IEnumerable<ReadOnlyMemory<byte>> payloads, string findingJson, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotImplementedException();
}
