using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Alerting;

/// <summary>A small book of the monitor that is written whole, with the hash of what it says before it: one line of a proof file. A bit that was flipped never counts for what was written.</summary>
internal static class CheckedFile
{
    /// <summary>What the file says; null when there is none. Of a damaged one nothing counts: an alert names it, and it is set aside.</summary>
    /// <param name="path">The file.</param>
    /// <param name="alerts">Where the alert is opened.</param>
    /// <param name="consequence">What follows from the loss, in English sentences.</param>
    internal static byte[]? Read(string path, AlertBook alerts, string consequence)
    {
        if (!File.Exists(path)) return null;
        var payload = PayloadOf(path);
        if (payload is null) SetAside(path, alerts, consequence);
        return payload;
    }

    /// <summary>Tells of a damaged book and moves it out of the way. A crash in between: it is found again, and told no second time.</summary>
    internal static void SetAside(string path, AlertBook alerts, string consequence)
    {
        alerts.StateAsync(JournalAlerts.OfBook(path, consequence), CancellationToken.None).GetAwaiter().GetResult();
        File.Move(path, path + ".damaged", overwrite: true);
    }

    /// <summary>Replaces the file. A crash leaves what it said before, or this.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Replace(string path, ReadOnlySpan<byte> payload) => SmallFile.Replace(path, [.. System.Text.Encoding.ASCII.GetBytes(ProofLine.Chain(default, payload).ToString()), (byte)' ', .. payload, (byte)'\n']);

    private static byte[]? PayloadOf(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes is not [.., (byte)'\n'] || !ProofLine.TryParse(bytes.AsSpan(..^1), out var stated)) return null;
            var payload = bytes[ProofLine.PrefixLength..^1];
            return ProofLine.Chain(default, payload) == stated ? payload : null;
        }
        catch (IOException)
        {
            return null; // a sector that cannot be read: no reason not to start
        }
    }
}
