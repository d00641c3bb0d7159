using System.Text;
using Evidence.Core.Notes;

namespace Evidence.Node.Logs;

/// <summary>Where the log of a key lies within the data folder.</summary>
internal static class LogFolder
{
    /// <summary>
    /// The folder's name: the origin with every character outside [A-Za-z0-9.-] as '_', and the first 8 hexadecimal digits of the log's id,
    /// because two origins may look the same after that.
    /// </summary>
    internal static string NameOf(VerifierKey key)
    {
        var name = new StringBuilder();
        foreach (var c in key.Name) name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_');
        return name.Append('-').Append(key.LogId.ToString().AsSpan(0, 8)).ToString();
    }

    /// <summary>Full path of the folder.</summary>
    internal static string PathOf(string dataFolder, VerifierKey key) => Path.Combine(dataFolder, "logs", NameOf(key));
}
