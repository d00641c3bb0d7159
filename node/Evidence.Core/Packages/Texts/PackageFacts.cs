using System.Security.Cryptography;
using System.Text;
using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Core.Seals;

namespace Evidence.Core.Packages.Texts;

/// <summary>
/// What statement and certificate are derived from. Writer and reader gather it record by record from the members alone, so that the reader sees any difference; it takes
/// the same memory for one record and for a million.
/// </summary>
internal sealed class PackageFacts : IDisposable
{
    internal const int MaxListed = 16;

    private readonly IncrementalHash _list = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<RecordFacts> _listed = new(1);

    /// <param name="logKey">The log's first key.</param>
    /// <param name="checkpointNote">The stated checkpoint.</param>
    /// <param name="anchor">Its anchor, or null.</param>
    /// <param name="heading">The members between README and records, with their digests.</param>
    /// <exception cref="FormatException">The note is no checkpoint.</exception>
    internal PackageFacts(string logKey, string checkpointNote, AnchorProof? anchor, IEnumerable<(string Name, Digest Sha256)> heading)
    {
        (LogKey, Anchor) = (logKey, anchor);
        Checkpoint = Checkpoint.Parse(SignedNote.Parse(checkpointNote).Text);
        NoteSha256 = Digest.Of(Encoding.UTF8.GetBytes(checkpointNote));
        Heading = Digest.Of(Encoding.UTF8.GetBytes(string.Concat(heading.Select(static member => $"{member.Name} {member.Sha256}\n"))));
    }

    internal string LogKey { get; }

    internal Checkpoint Checkpoint { get; }

    /// <summary>SHA-256 of the stated checkpoint with all its signature lines.</summary>
    internal Digest NoteSha256 { get; }

    /// <summary>SHA-256 over one line for each member between README and records: its name, a space, its SHA-256. Without it nothing would bind what no verdict rests on.</summary>
    internal Digest Heading { get; }

    internal AnchorProof? Anchor { get; }

    internal long Count { get; private set; }

    /// <summary>How many records have a signature part.</summary>
    internal long Signed { get; private set; }

    /// <summary>The first records, at most <see cref="MaxListed"/>.</summary>
    internal IReadOnlyList<RecordFacts> Listed => _listed;

    /// <summary>The first record's seal.</summary>
    internal Seal? FirstSeal { get; private set; }

    /// <summary>The first record's metadata, when it has any that can be read.</summary>
    internal RecordMetadata? FirstMetadata { get; private set; }

    /// <summary>SHA-256 over one line for each record: its number, a space, SHA-256 of its seal.</summary>
    internal Digest List => new(_list.GetCurrentHash());

    internal void Add(RecordFacts record, Seal seal, Func<ReadOnlyMemory<byte>?> metadata)
    {
        if (Count++ == 0) (FirstSeal, FirstMetadata) = (seal, RecordFacts.ReadMetadata(metadata()));
        if (seal.Parts.Any(static part => part.Role == PartRole.Signature)) Signed++;
        if (_listed.Count < MaxListed) _listed.Add(record);
        _list.AppendData(Encoding.ASCII.GetBytes($"{record.Record} {record.SealSha256}\n"));
    }

    public void Dispose() => _list.Dispose();
}
