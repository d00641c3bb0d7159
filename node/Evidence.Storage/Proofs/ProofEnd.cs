using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Json;
using Evidence.Storage.Durable;

namespace Evidence.Storage.Proofs;

/// <summary>Says beside a proof file how far it goes: a file whose last lines were cut off, or that was emptied or removed, is in order by itself.</summary>
/// <remarks>
/// Two slots, written in turn and in place, so that a full disk takes them and a write that is broken off spoils one only. Written behind each line: a crash in between leaves a file that has one line more
/// than is said here, which is no loss. Before a file gives way to another, that one's end stands beside its own: whichever of them a crash leaves, it fits.
/// </remarks>
internal sealed class ProofEnd : IDisposable
{
    internal const string Suffix = ".end";
    private const int SlotBytes = 512, Slots = 2;
    private const string Count = "count", Head = "head", Number = "number", Replaces = "replaces";
    private readonly IMediumFile _file;
    private readonly List<Mark> _marks; // the newest last
    private bool _failed;

    internal ProofEnd(string path, IMedium medium)
    {
        _file = medium.Open(path + Suffix, FileMode.OpenOrCreate);
        _marks = [.. Enumerable.Range(0, Slots).Select(Read).OfType<Mark>().OrderBy(static mark => mark.Number)];
    }

    /// <summary>Whether anything is known of the end.</summary>
    internal bool IsKnown => _marks.Count > 0;

    /// <summary>How many lines there were, at the most.</summary>
    internal long Expected => Fitting.Select(static mark => mark.Count).DefaultIfEmpty().Max();

    private IEnumerable<Mark> Fitting => _marks is [.., { Replaces: true }] ? _marks : _marks.TakeLast(1);

    /// <summary>Whether a file with these lines at its beginning may be whole.</summary>
    internal bool Fits(long count, Digest head) => Fitting.Any(mark => mark.Count == count && mark.Head == head);

    /// <summary>Notes an end.</summary>
    /// <param name="count">Lines.</param>
    /// <param name="head">The hash of the last one.</param>
    /// <param name="replaces">Whether it is the end of a file that is about to take the place of another.</param>
    internal void Write(long count, Digest head, bool replaces = false)
    {
        if (_failed) return;
        var mark = new Mark((_marks is [.., var last] ? last.Number : 0) + 1, count, head, replaces);
        try
        {
            var slot = new byte[SlotBytes];
            slot.AsSpan().Fill((byte)'\n');
            mark.Encode().CopyTo(slot, 0);
            _file.Write(slot, mark.Number % Slots * SlotBytes);
            _file.Sync();
            _marks.RemoveAll(known => known.Number % Slots == mark.Number % Slots);
            _marks.Add(mark);
        }
        catch (Exception e) when (e is IOException or StorageException)
        {
            _failed = e is not StorageFullException; // the lines themselves are on the medium; only the loss of those since the last mark would not be seen
        }
    }

    public void Dispose() => _file.Dispose();

    private Mark? Read(int slot)
    {
        var bytes = new byte[SlotBytes];
        var read = bytes.AsSpan(0, _file.Read(bytes, slot * SlotBytes));
        return read.IndexOf((byte)'\n') is var end and > 0 ? Mark.Parse(read[..end]) : null;
    }

    private sealed record Mark(long Number, long Count, Digest Head, bool Replaces)
    {
        internal byte[] Encode()
        {
            var payload = CanonicalJson.Serialize(new JsonObject { [ProofEnd.Count] = Count, [ProofEnd.Head] = Head.ToString(), [ProofEnd.Number] = Number, [ProofEnd.Replaces] = Replaces });
            return ProofLine.Format(ProofLine.Chain(default, payload), payload);
        }

        internal static Mark? Parse(ReadOnlySpan<byte> line)
        {
            if (!ProofLine.TryParse(line, out var stated) || ProofLine.Chain(default, line[ProofLine.PrefixLength..]) != stated) return null;
            var json = CanonicalJson.Parse(line[ProofLine.PrefixLength..]); // whose hash fits was written here
            return new Mark((long)json[ProofEnd.Number]!, (long)json[ProofEnd.Count]!, Digest.Parse((string)json[ProofEnd.Head]!), (bool)json[ProofEnd.Replaces]!);
        }
    }
}
