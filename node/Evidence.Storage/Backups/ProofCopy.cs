using System.Text;
using Evidence.Core;
using Evidence.Core.Backups;
using Evidence.Core.Chain;
using Evidence.Core.Notes;
using Evidence.Core.Verification;
using Evidence.Storage.Durable;
using Evidence.Storage.Proofs;

namespace Evidence.Storage.Backups;

/// <summary>Copies the lines of a proof file that are new since the last backup. The hash in the last line that is on the medium stands for all before it: where the file has another one there, it was written anew, and is copied whole.</summary>
/// <param name="name">Name of the proof file.</param>
/// <param name="path">The file.</param>
/// <param name="length">Bytes of it to look at.</param>
/// <param name="size">Leaves of the tree that is backed up.</param>
internal sealed class ProofCopy(string name, string path, long length, ulong size)
{
    private const int BufferBytes = 1 << 20;

    private readonly List<Finding> _findings = [];

    /// <summary>Lines that do not fit the chain of hashes.</summary>
    internal IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Of anchors the one of the largest tree that is on the medium with this copy; null without any.</summary>
    internal AnchorProof? Newest { get; private set; }

    /// <summary>The piece that is to be copied; null when there is nothing new.</summary>
    internal ProofPiece? Look(ProofPiece? last)
    {
        if (length == 0) return null;
        var isSame = last is not null && IsSame(last);
        var (from, head) = isSame ? (last!.To, last.Head) : (0L, default);
        if (isSame) _ = SizeOf(ProofReader.Lines(path, last!.LastLine, last.To).First().Line); // the newest so far: they are kept in the order of their sizes
        var (to, lastLine, count) = (from, from, 0L);
        foreach (var (offset, line, terminated) in ProofReader.Lines(path, from, length))
        {
            if (!terminated || SizeOf(line) > size) break; // is being written, or of a tree that a mirror has not all of yet: the next backup's
            Check(line, ref head, count++);
            (to, lastLine) = (offset + line.Length + 1, offset);
        }

        return to > from ? new ProofPiece(name, from, to, lastLine, head) : null;
    }

    /// <summary>Copies a piece.</summary>
    internal void Copy(ProofPiece piece, MediumOutput output, CancellationToken ct)
    {
        using var file = FileReads.Open(path);
        var buffer = new byte[BufferBytes];
        for (var at = piece.From; at < piece.To;)
        {
            ct.ThrowIfCancellationRequested();
            var read = FileReads.ReadFully(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, piece.To - at)), at);
            if (read == 0) throw new EndOfStreamException($"{path} became shorter while it was copied.");
            output.Write(buffer.AsSpan(0, read));
            at += read;
        }
    }

    /// <summary>Leaves of the checkpoint that a line is of; 0 where that cannot be made out, which is for whoever checks the line to say.</summary>
    private ulong SizeOf(ReadOnlySpan<byte> line)
    {
        try
        {
            if (!ProofLine.TryParse(line, out _)) return 0;
            var payload = line[ProofLine.PrefixLength..].ToArray();
            if (name != BackupNames.Anchors) return Checkpoint.Parse(KeptProofs.Cosignature(payload).Text).Size;
            var anchor = KeptProofs.Anchor(payload);
            if (anchor.Size <= size && anchor.Size >= (Newest?.Size ?? 0)) Newest = anchor;
            return anchor.Size;
        }
        catch (FormatException)
        {
            return 0;
        }
    }

    private bool IsSame(ProofPiece last)
    {
        if (length < last.To) return false;
        using var file = FileReads.Open(path);
        Span<byte> stated = stackalloc byte[2 * Digest.Size];
        return FileReads.ReadFully(file, stated, last.LastLine) == stated.Length && Encoding.ASCII.GetString(stated) == last.Head.ToString();
    }

    // A line that does not fit states a hash of its own, on which the next one may well follow.
    private void Check(ReadOnlySpan<byte> line, ref Digest head, long number)
    {
        var parsed = ProofLine.TryParse(line, out var stated);
        var next = parsed ? ProofLine.Chain(head, line[ProofLine.PrefixLength..]) : head;
        if (!parsed || next != stated)
            _findings.Add(new Finding(FindingCodes.ProofFileChanged, Severity.Error, Layer.Storage, $"{name}.log, line {number} of what is new", "The line does not fit the chain of hashes: it was changed.", next.ToString(), parsed ? stated.ToString() : null));
        head = parsed ? stated : head;
    }
}
