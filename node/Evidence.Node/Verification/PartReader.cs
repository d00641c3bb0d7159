using System.Buffers;
using System.Security.Cryptography;
using Evidence.Core;
using Evidence.Core.Verification;
using Evidence.Storage;

namespace Evidence.Node.Verification;

/// <summary>Reads every byte of every part of a record from its volume, now, and keeps the small parts for the signature check.</summary>
internal sealed class PartReader(LogStore log, StoredRecord record)
{
    private const int MaxHeldBytes = 16 << 20;
    private const int BufferBytes = 1 << 17;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _held = new(StringComparer.Ordinal);

    /// <summary>The bytes of a part that is not content, as they were read; null when it was not read or is too large.</summary>
    internal ReadOnlyMemory<byte>? Held(string name) => _held.TryGetValue(name, out var bytes) ? new ReadOnlyMemory<byte>?(bytes) : null;

    /// <summary>Digest of a part by another algorithm, read once more.</summary>
    internal byte[] Digest(string name, HashAlgorithmName algorithm)
    {
        using var stream = log.OpenPart(record.Place, name);
        return CryptographicOperations.HashData(algorithm, stream);
    }

    /// <summary>Reads all members, and names those that the seal has and the volume has not.</summary>
    internal async Task<IReadOnlyList<PartObservation>> ReadAllAsync(CancellationToken ct)
    {
        var sealedNames = record.Seal?.Parts.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var parts = new List<PartObservation>();
        foreach (var member in record.Members)
        {
            var part = await ReadAsync(member, ct);
            var unexpected = sealedNames is not null && !sealedNames.Remove(member.Name);
            parts.Add(unexpected ? part with { State = PartState.Unexpected } : part);
        }
        foreach (var missing in sealedNames ?? []) parts.Add(new PartObservation(missing, PartState.Missing, 0, default));
        return parts;
    }

    private async Task<PartObservation> ReadAsync(StoredMember member, CancellationToken ct)
    {
        try
        {
            return await HashAsync(member, ct);
        }
        catch (Exception e) when (e is FileNotFoundException or EndOfStreamException) // the volume is gone, or was cut off
        {
            return new PartObservation(member.Name, PartState.Missing, 0, default);
        }
        catch (IOException)
        {
            return new PartObservation(member.Name, PartState.Unreadable, 0, default);
        }
    }

    private async Task<PartObservation> HashAsync(StoredMember member, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = log.OpenPart(record.Place, member);
        using var held = member.Name[0] != 'c' && member.Size <= MaxHeldBytes ? new MemoryStream() : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long size = 0;
            for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0; size += read)
            {
                hash.AppendData(buffer, 0, read);
                held?.Write(buffer, 0, read);
            }
            if (held is not null) _held[member.Name] = held.ToArray();
            return new PartObservation(member.Name, PartState.Read, size, new Digest(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
