using System.Text;

namespace Evidence.Node.Configuration;

/// <summary>A secret that is shared with somebody: a password, or the key of a signature. It prints as nothing.</summary>
internal sealed class Secret
{
    private Secret(string text) => Text = text;

    internal string Text { get; }

    internal byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    /// <summary>Reads the first line of a file that its owner alone can read.</summary>
    /// <exception cref="KeyFileException">The file is missing, readable by others, or its secret is shorter than <paramref name="least"/> characters.</exception>
    internal static Secret Read(string path, int least)
    {
        OwnerOnlyFile.Check(path);
        var text = File.ReadLines(path).FirstOrDefault("").Trim();
        return text.Length >= least ? new Secret(text) : throw new KeyFileException(path, $"has fewer than {least} characters in its first line");
    }

    public override string ToString() => "(secret)";
}
