using Evidence.Storage.Durable;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Proofs;

/// <summary>Reads a proof file line by line, up to a length.</summary>
internal static class ProofReader
{
    private const int BlockSize = 64 << 10;

    /// <summary>The lines with their offsets, without newlines. The last one may lack its newline: then <c>Terminated</c> is false.</summary>
    internal static IEnumerable<(long Offset, byte[] Line, bool Terminated)> Lines(string path, long from, long to)
    {
        using var file = FileReads.Open(path);
        var line = new List<byte>();
        var start = from;
        foreach (var block in Blocks(file, from, to))
        {
            for (var at = 0; at < block.Length;)
            {
                var newline = block.AsSpan(at).IndexOf((byte)'\n');
                line.AddRange(newline < 0 ? block.AsSpan(at) : block.AsSpan(at, newline));
                if (newline < 0) break;
                yield return (start, line.ToArray(), true);
                start += line.Count + 1;
                at += newline + 1;
                line.Clear();
            }
        }

        if (line.Count > 0) yield return (start, line.ToArray(), false);
    }

    private static IEnumerable<byte[]> Blocks(SafeFileHandle file, long from, long to)
    {
        for (var at = from; at < to;)
        {
            var block = new byte[(int)Math.Min(BlockSize, to - at)];
            var read = FileReads.ReadFully(file, block, at);
            if (read == 0) yield break;
            yield return read == block.Length ? block : block[..read];
            at += read;
        }
    }
}
