using Evidence.Client;
using Evidence.Client.Auditing;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Core.Verification;
using Evidence.Node.Archiving;
using Evidence.Tests.Auditing;
using Evidence.Tests.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace Evidence.Tests.Events;

public sealed class EventAuditTests : SealingTestBase, IAsyncLifetime
{
    private TestNode _node = null!;
    private BentNode _bent = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartNewAsync();
        for (var i = 0; i < 3; i++)
        {
            await Upload.Of([(byte)i]).SendAsync(_node);
            await RecordAsync(_node, Checked(_node, 0, 1, $"sweep {i}"));
            await SealAsync(_node);
        }

        _bent = await BentNode.StartAsync(_node);
    }

    public async Task DisposeAsync()
    {
        await _bent.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Counts_the_documents_of_a_chain_that_none_was_left_out_of()
    {
        var (count, findings) = await AuditAsync();
        Assert.Equal(3, count);
        Assert.Empty(findings);
    }

    [Fact]
    public async Task Names_an_edited_document()
    {
        _bent.BendContent = static content => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(content).Replace("sweep 1", "sweep 9", StringComparison.Ordinal));
        await AssertAsync(FindingCodes.EventsChanged, Severity.Error);
    }

    [Fact]
    public async Task Names_a_document_that_is_not_there()
    {
        _bent.BendContent = static _ => null;
        await AssertAsync(FindingCodes.EventsMissing, Severity.Error);
    }

    [Fact]
    public async Task Says_nothing_where_an_entry_is_hidden()
    {
        _bent.BendEntry = static entry => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(entry).Replace("node:", "nude:", StringComparison.Ordinal));
        await AssertAsync(FindingCodes.EventsUnreadable, Severity.Error);
    }

    [Fact]
    public async Task A_node_that_falls_silent_while_it_gives_entries_counts_as_one_that_does_not_answer()
    {
        _bent.IsSilent = true;
        await using var client = new EvidenceClient(_bent.Address, new EvidenceClientOptions { MessageTimeout = TimeSpan.FromSeconds(2) });
        var reading = client.ReadEntriesAsync("", 0, _node.Logs.Own.Size, CancellationToken.None).CountAsync().AsTask();
        var failure = await Assert.ThrowsAsync<NodeUnreachableException>(() => reading);
        Assert.Contains("no message", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_no_more_entries_than_were_signed()
    {
        _bent.IsEndless = true;
        await AssertAsync(FindingCodes.EventsUnreadable, Severity.Error);
    }

    [Fact]
    public async Task Names_a_document_that_stands_there_twice_and_a_fork()
    {
        var last = (await DocumentsAsync(_node.Logs.Own))[^1];
        await FileAsync(last.Document);
        await AssertAsync(FindingCodes.EventsUnexpected, Severity.Error);
        await FileAsync(last.Document with { Number = 4, Previous = last.Document.Previous, Through = 2 });
        await AssertAsync(FindingCodes.EventsUnlinked, Severity.Error);
    }

    [Fact]
    public async Task Names_documents_that_are_missing_between_two()
    {
        var last = (await DocumentsAsync(_node.Logs.Own))[^1];
        await FileAsync(last.Document with { Number = 6, Previous = new PreviousDocument(last.Leaf, last.SealSha256) });
        await AssertAsync(FindingCodes.EventsMissing, Severity.Error);
    }

    [Fact]
    public async Task Damage_at_an_honest_node_is_named_as_well()
    {
        var volume = Assert.Single(Directory.GetFiles(Path.Combine(_node.Logs.Own.Folder, "volumes")));
        Monitor.Damage.Replace(volume, "sweep 1"u8, "sweep 9"u8);
        var (count, findings) = await AuditAsync(_node.Client);
        Assert.Null(count);
        Assert.Equal(FindingCodes.EventsChanged, Assert.Single(findings).Code);
    }

    private async Task AssertAsync(string code, Severity severity)
    {
        var (count, findings) = await AuditAsync();
        Assert.Null(count);
        Assert.Contains(findings, finding => finding.Code == code && finding.Severity == severity);
    }

    private async Task<(int? Count, IReadOnlyList<Finding> Findings)> AuditAsync(EvidenceClient? client = null)
    {
        await Eventually.TrueAsync(() => _node.Logs.Own.Checkpoint is { } note && Checkpoint.Parse(note.Text).Size == _node.Logs.Own.Size, "all is signed");
        var report = await new LogAuditor(_node.Ledger, client ?? _bent.Client, TestTrust.For(_node)).RunAsync(_node.Identity.Origin, _node.LogId, null, CancellationToken.None);
        return (report.EventDocuments, [.. report.Findings.Where(static finding => finding.Layer == Layer.Events)]);
    }

    private async Task FileAsync(EventDocument document)
    {
        var appender = _node.Services.GetRequiredService<OwnLogAppender>();
        await using var staged = appender.Begin(RecordId.New(TimeProvider.System));
        await staged.AddPartAsync(EventDocument.Part, PartRole.Content, document.Encode(), CancellationToken.None);
        SealPart[] parts = [.. staged.Parts.Select(static part => new SealPart(part.Name, PartRole.Content, part.Size, part.Sha256))];
        await appender.StoredAsync(appender.AppendAsync(staged, new Seal(staged.Id, TimeProvider.System.GetUtcNow(), EventDocument.SubmitterOf(document.Node), parts), CancellationToken.None));
    }
}
