using System.Security.Cryptography;
using Evidence.Core.Verification;
using Evidence.Core.Volumes;

namespace Evidence.Core.Backups;

/// <summary>The parts of a record that was walked over.</summary>
internal sealed class RecordParts(JoinedPieces source, WalkedItem item, WalkedRecord record)
{
    private const int MaxSmallBytes = 4 << 20;
    private const int BufferBytes = 1 << 17;

    /// <summary>What was read of each part. The walk has hashed those of a record that is in order; those of any other are hashed again, one by one.</summary>
    internal IReadOnlyList<PartObservation> Observed => item.IsIntact
        ? [.. record.Seal.Parts.Select(static part => new PartObservation(part.Name, PartState.Read, part.Size, part.Sha256))]
        : [.. record.Members.Select(Observe)];

    /// <summary>The bytes of a small part; null when it cannot be had.</summary>
    internal ReadOnlyMemory<byte>? Small(string name)
    {
        if (Find(name) is not { Size: <= MaxSmallBytes } member) return null;
        var bytes = new byte[member.Size];
        try
        {
            for (var at = 0; at < bytes.Length;) at += Read(bytes.AsMemory(at), member.Offset + at);
            return bytes;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Digest of a part by another algorithm, read once more.</summary>
    internal byte[] Hash(string name, HashAlgorithmName algorithm)
    {
        var member = Find(name) ?? throw new FileNotFoundException($"The record has no part {name}.");
        using var hash = IncrementalHash.CreateHash(algorithm);
        var buffer = new byte[BufferBytes];
        for (long at = 0; at < member.Size;)
        {
            var read = Read(buffer.AsMemory(0, (int)Math.Min(buffer.Length, member.Size - at)), member.Offset + at);
            hash.AppendData(buffer, 0, read);
            at += read;
        }

        return hash.GetHashAndReset();
    }

    private PartObservation Observe(StoredMember member)
    {
        try
        {
            return new PartObservation(member.Name, PartState.Read, member.Size, new Digest(Hash(member.Name, HashAlgorithmName.SHA256)));
        }
        catch (IOException)
        {
            return new PartObservation(member.Name, PartState.Unreadable, 0, default);
        }
    }

    private StoredMember? Find(string name) => record.Members.FirstOrDefault(member => member.Name == name);

    // A file answers at once.
    private int Read(Memory<byte> into, long offset) => source.ReadAsync(offset, into, CancellationToken.None).GetAwaiter().GetResult() is > 0 and var read ? read : throw new EndOfStreamException("The volume ends within the part.");
}
