using System.Globalization;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Node.Monitoring.Heartbeats;

/// <summary>What a node states of its monitor, signed by the key of its log. Its five lines can be taken for no checkpoint and for no rotation of a key.</summary>
/// <param name="Origin">Name of the node's own log.</param>
/// <param name="Made">When it was made.</param>
/// <param name="SweepEnded">When the last sweep that read everything ended; null: none has yet.</param>
/// <param name="Outcome">How that ended; NONE without one.</param>
/// <param name="UncheckedSince">Since when the oldest record waits that was not checked since: when its volume was last read and found in order, or the receipt of that volume's first record (in seconds).</param>
internal sealed record Heartbeat(string Origin, DateTimeOffset Made, DateTimeOffset? SweepEnded, Outcome Outcome, DateTimeOffset UncheckedSince)
{
    private const string FirstLine = "evidence/heartbeat/v1";

    /// <summary>The longest note that is read, in bytes.</summary>
    internal const int MaxSize = 4096;

    /// <summary>The text that is signed.</summary>
    internal string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"{FirstLine}\n{Origin}\n{Made.ToUnixTimeMilliseconds()}\n{SweepEnded?.ToUnixTimeMilliseconds() ?? 0} {Outcome.ToString().ToLowerInvariant()}\n{UncheckedSince.ToUnixTimeMilliseconds()}\n");

    internal SignedNote SignedBy(LogSigner signer) => new(Text, [signer.Sign(Text)]);

    /// <exception cref="FormatException">The text is no heartbeat.</exception>
    internal static Heartbeat Parse(string text)
    {
        if (text.Split('\n') is not [FirstLine, var origin, var made, var sweep, var since, ""] || sweep.Split(' ') is not [var ended, var outcome])
            throw new FormatException("It is not the five lines of a heartbeat.");
        var beat = new Heartbeat(origin, Time(made), ended == "0" ? null : Time(ended), OutcomeOf(outcome), Time(since));
        return beat.Text == text ? beat : throw new FormatException("It writes what it says in more than one way."); // +5, 05: nobody signs those
    }

    private static DateTimeOffset Time(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw new FormatException($"'{text}' is no time in Unix milliseconds.");

    private static Outcome OutcomeOf(string text) => text switch
    {
        "intact" => Outcome.Intact,
        "altered" => Outcome.Altered,
        "undetermined" => Outcome.Undetermined,
        "none" => Outcome.None,
        _ => throw new FormatException($"'{text}' is no outcome."),
    };
}
