using System.Globalization;
using Evidence.Core.Verification;

namespace Evidence.Core.Events;

/// <summary>
/// Follows the event documents of one log in the order of their leaves, and says where one does not stand behind the one before it. Where documents may have been left out
/// (<paramref name="whole"/> is false) a gap is no finding, and says that nothing is claimed of it.
/// </summary>
/// <param name="origin">Name of the log.</param>
/// <param name="log">Its id.</param>
/// <param name="whole">Whether every document of the log is shown, from the first on.</param>
public sealed class EventChain(string origin, Digest log, bool whole)
{
    private (ulong Leaf, Digest Seal, EventDocument Document)? _last;
    private bool _skipped;

    /// <summary>Takes the next document; what is wrong with its place in the chain.</summary>
    /// <param name="leaf">Index of its leaf.</param>
    /// <param name="seal">SHA-256 of its seal.</param>
    /// <param name="document">The document.</param>
    public IReadOnlyList<Finding> Next(ulong leaf, Digest seal, EventDocument document)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"event document of leaf {leaf}");
        var findings = new List<Finding>();
        if (document.Node != origin || document.Log != log)
            findings.Add(Error(FindingCodes.EventsUnexpected, subject, "The event document is that of another log.", $"{origin} {log}", $"{document.Node} {document.Log}"));
        else if (FaultOf(leaf, document) is { } fault) findings.Add(fault with { Subject = subject });
        _last = (leaf, seal, document);
        return findings;
    }

    /// <summary>Passes over a document that could not be read, which is a finding by itself: the next one is not held to what is before it.</summary>
    public void Skip() => (_last, _skipped) = (null, true);

    private Finding? FaultOf(ulong leaf, EventDocument document)
    {
        var named = document.Previous is { } previous ? Text(previous.Leaf, previous.SealSha256) : "none";
        if (document.Previous is { } before && before.Leaf >= leaf) return Unlinked("It names a predecessor that does not stand before it.", $"a leaf before {Number(leaf)}", named);
        if (_last is not { } last) return whole && !_skipped && document.Number != 1 ? Missing("The first event documents of the log are not there.", 1, document.Number) : null;
        if (document.Number <= last.Document.Number) return Unexpected("Its number came already: the history forks, or a document stands there twice.", last.Document.Number, document.Number);
        if (document.Number > last.Document.Number + 1) return whole ? Missing("Event documents are not there.", last.Document.Number + 1, document.Number) : Skipped(document, last.Leaf, named);
        if (document.Previous != new PreviousDocument(last.Leaf, last.Seal)) return Unlinked("It does not name the document before it: one of the two was put in the place of another, or the history forks.", Text(last.Leaf, last.Seal), named);
        return document.Journal != last.Document.Journal || document.Through > last.Document.Through
            ? null
            : Unexpected("It covers entries of the node's journal that the document before it covers already.", last.Document.Through, document.Through);
    }

    private static Finding? Skipped(EventDocument document, ulong last, string named) => document.Previous is { } previous && previous.Leaf <= last
        ? Unlinked("The document that it names as its predecessor does not stand behind the one before it.", $"a leaf after {Number(last)}", named)
        : null;

    private static Finding Unexpected(string message, ulong last, ulong found) => Error(FindingCodes.EventsUnexpected, "", message, $"more than {Number(last)}", Number(found));

    private static Finding Missing(string message, ulong expected, ulong found) => Error(FindingCodes.EventsMissing, "", message, $"number {Number(expected)}", $"number {Number(found)}");

    private static Finding Unlinked(string message, string expected, string found) => Error(FindingCodes.EventsUnlinked, "", message, expected, found);

    private static Finding Error(string code, string subject, string message, string expected, string found) => new(code, Severity.Error, Layer.Events, subject, message, expected, found);

    private static string Text(ulong leaf, Digest seal) => $"leaf {Number(leaf)}, seal {seal}";

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
