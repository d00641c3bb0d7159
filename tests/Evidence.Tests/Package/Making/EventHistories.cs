using System.Text;
using Evidence.Core;
using Evidence.Core.Events;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages with event documents: two records are leaves 1 and 3, the documents are leaves 5, 7 and 9.</summary>
internal static class EventHistories
{
    private const ulong FirstLeaf = 5, SecondLeaf = 7;
    private static readonly VectorRecord One = VectorRecord.Unsigned(1), Two = VectorRecord.Unsigned(2);
    private static readonly VectorRecord
        First = Filed(3, Document(1, null)),
        Second = Filed(4, Document(2, After(First, FirstLeaf))),
        Third = Filed(5, Document(3, After(Second, SecondLeaf)));

    private static readonly VectorLog Log = new("none", One, Two, First, Second, Third);

    internal static IEnumerable<PackageVector> Good()
    {
        yield return new("good/event_history", Log.Package(), Log.Trust);
        yield return new("good/event_history_with_a_gap", BadContainers.Edited(Log.Package(), static members => members.RemoveAll(static member => member.Name.Contains(Second.Id.ToString(), StringComparison.Ordinal))), Log.Trust);
    }

    internal static IEnumerable<PackageVector> Bad()
    {
        yield return Edited("E901_event_document_that_was_edited", static members => Change(members, Of(First, "parts/c0001"), "success", "failure"));
        yield return Edited("E901_event_document_of_another_leaf", static members => Change(members, Of(First, "inclusion.tlog-proof"), "index 5\n", "index 4\n"));
        yield return Edited("E901_seal_of_another_event_document", static members => BadContainers.Replace(members, Of(First, "seal.json"), static _ => Second.SealBytes));
        yield return Edited("E902_event_document_without_its_content", static members => members.RemoveAll(static member => member.Name == Of(First, "parts/c0001")));
        yield return Edited("E902_event_document_without_a_proof", static members => members.RemoveAll(static member => member.Name == Of(First, "inclusion.tlog-proof")));
        yield return Whole("E903_event_document_with_a_space", VectorRecord.Events(3, [.. Document(1, null).Encode(), (byte)' ']));
        yield return Whole("E904_event_document_of_another_log", Filed(3, Document(1, null) with { Log = Digest.Of("another"u8) }));
        yield return Whole("E904_event_document_of_other_records", Filed(3, Document(1, null, new LeafRange(2, 3), new LeafRange(4, 9))));
        yield return Whole("E904_event_document_that_a_client_filed", VectorRecord.Events(3, Document(1, null).Encode(), "registry"));
        yield return Whole("E904_event_document_whose_number_came_already", First, Filed(4, Document(1, null)));
        yield return Whole("E904_journal_that_was_sealed_already", First, Filed(4, Document(2, After(First, FirstLeaf)) with { Through = 1 }));
        yield return Whole("E905_event_document_behind_another_seal", First, Filed(4, Document(2, After(Second, FirstLeaf))));
        yield return Whole("E905_event_document_behind_another_leaf", First, Filed(4, Document(2, After(First, 4))));
        yield return Whole("E905_event_document_before_its_predecessor", Filed(3, Document(2, After(Second, SecondLeaf))));
        yield return Whole("E905_event_document_whose_predecessor_is_not_between", First, Filed(4, Document(3, After(First, FirstLeaf))));
    }

    private static string Of(VectorRecord record, string member) => $"events/{record.Id}/{member}";

    private static VectorRecord Filed(int number, EventDocument document) => VectorRecord.Events(number, document.Encode());

    private static PreviousDocument After(VectorRecord record, ulong leaf) => new(leaf, Digest.Of(record.SealBytes));

    private static EventDocument Document(ulong number, PreviousDocument? previous, params LeafRange[] leaves)
    {
        var objects = new EventObjects(VectorLog.Key.LogId, leaves.Length == 0 ? [new LeafRange(0, 4)] : leaves);
        var check = new PreservationEvent(VectorLog.Received.AddDays(1), EventTypes.FixityCheck, VectorLog.Key.Name, EventOutcome.Success, "sweep-1", [objects]);
        return new EventDocument(VectorLog.Key.Name, VectorLog.Key.LogId, number, previous, new string('0', 32), number, [check]);
    }

    private static PackageVector Whole(string name, params VectorRecord[] documents) => new VectorLog("none", [One, Two, .. documents]) is var log ? new($"bad/{name}", log.Package(), log.Trust) : null!;

    private static PackageVector Edited(string name, Action<List<(string Name, byte[] Bytes)>> edit) => new($"bad/{name}", BadContainers.Edited(Log.Package(), edit), Log.Trust);

    private static void Change(List<(string Name, byte[] Bytes)> members, string name, string from, string to) =>
        BadContainers.Replace(members, name, bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(from, to, StringComparison.Ordinal)));
}
