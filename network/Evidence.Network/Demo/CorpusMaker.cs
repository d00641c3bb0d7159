using System.Security.Cryptography;
using System.Text;
using Evidence.Core;

namespace Evidence.Network.Demo;

/// <summary>Copies the demo's files into one folder: real ones as far as the machine has them, made ones for the rest.</summary>
internal sealed class CorpusMaker(string folder, IReadOnlyList<CorpusFile> candidates)
{
    private readonly HashSet<Digest> _contents = [];
    private readonly List<CorpusFile> _files = [];

    /// <summary><paramref name="count"/> files, no two of the same content, the last <paramref name="bigCount"/> of at least <see cref="CorpusSearch.Big"/> bytes.</summary>
    internal IReadOnlyList<CorpusFile> Make(int count, int bigCount)
    {
        Directory.CreateDirectory(folder);
        var small = candidates.Where(f => f.Size < CorpusSearch.Big).ToList();
        foreach (var kind in Enum.GetValues<CorpusKind>())
            TakeUpTo(_files.Count + ((count - bigCount) / 3), [.. small.Where(f => f.Kind == kind)]);
        TakeUpTo(count - bigCount, small);
        while (_files.Count < count - bigCount) AddMade(8 << 10);
        TakeUpTo(count, [.. candidates.Where(f => f.Size >= CorpusSearch.Big)]);
        while (_files.Count < count) AddMade((int)CorpusSearch.Big + 4321);
        return _files;
    }

    // Copies of one file are common on a machine, so ask for more than are wanted and stop when there are enough.
    private void TakeUpTo(int total, IReadOnlyList<CorpusFile> from)
    {
        foreach (var file in CorpusSearch.Spread(from, 2 * Math.Max(0, total - _files.Count)))
            if (_files.Count < total && TryRead(file.Path) is { } bytes && _contents.Add(Digest.Of(bytes)))
                Add(Path.GetFileName(file.Path), bytes, file.Source, file.Kind);
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a file that cannot be read is no candidate
        }
    }

    private void AddMade(int size)
    {
        var text = new StringBuilder();
        for (var line = 0; text.Length < size; line++)
            text.Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"demo file {_files.Count} line {line}")))).Append('\n');
        Add("made.txt", Encoding.ASCII.GetBytes(text.ToString()), null, CorpusKind.Text);
    }

    private void Add(string name, byte[] bytes, string? source, CorpusKind kind)
    {
        var path = Path.Combine(folder, $"{_files.Count + 1:d3}-{name}");
        File.WriteAllBytes(path, bytes);
        _files.Add(new CorpusFile(path, source, kind, bytes.Length));
    }
}
