using Evidence.Core.Packages;
using Evidence.Core.Verification;
using Evidence.Tests.Package.Making;

namespace Evidence.Tests.Package;

/// <summary>Packages whose event documents somebody has added to or renamed.</summary>
public sealed class EditedEventsTests
{
    private const string Folder = "events/";
    private static readonly PackageVector Sound = PackageVectors.All.Single(static vector => vector.Name == "good/event_history");

    [Fact]
    public void A_part_that_the_seal_of_an_event_document_does_not_name_is_unexpected() => Assert.Contains(FindingCodes.EventsUnexpected, CodesOf(static members =>
    {
        var at = members.FindIndex(static member => member.Name.StartsWith(Folder, StringComparison.Ordinal) && member.Name.EndsWith("/parts/c0001", StringComparison.Ordinal));
        members.Insert(at + 1, ($"{members[at].Name[..^1]}2", "more"u8.ToArray()));
    }));

    [Fact]
    public void An_event_document_under_the_number_of_another_record_is_changed() => Assert.Contains(FindingCodes.EventsChanged, CodesOf(static members =>
    {
        var record = members.First(static member => member.Name.StartsWith(Folder, StringComparison.Ordinal)).Name.Split('/')[1];
        var other = record[..^1] + (record[^1] == '0' ? '1' : '0');
        for (var at = 0; at < members.Count; at++) members[at] = (members[at].Name.Replace(record, other, StringComparison.Ordinal), members[at].Bytes);
    }));

    private static IReadOnlyCollection<string> CodesOf(Action<List<(string Name, byte[] Bytes)>> edit) =>
        [.. EvidencePackageReader.Verify(new MemoryStream(BadContainers.Edited(Sound.Package, edit)), Sound.Trust).Codes];
}
