using System.Globalization;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Storage;
using Evidence.Tests.Storage;

namespace Evidence.Tests.Faults;

/// <summary>The index's folder in the place of which something else is found: LevelDB writes past the medium of the fault table, so its files are taken away, cut and replaced instead.</summary>
public sealed class LostIndexTests : IAsyncLifetime
{
    private const int Records = 60;

    private readonly TestLog _log = new(new LogStoreOptions { VolumeBytes = 40_000, BufferBytes = 8_000 });
    private readonly Dictionary<RecordId, (Seal Seal, Appended Appended)> _records = [];
    private string _older = "";
    private string _whole = "";
    private Digest _root;

    public async Task InitializeAsync()
    {
        await _log.OpenAsync();
        await FillAsync(Records / 2);
        _older = await KeepAsync("older");
        await FillAsync(Records / 2);
        await _log.AppendAsync(TestLog.Content(1, 20_000)); // a volume of its own
        _root = _log.Store.Root;
        _whole = await KeepAsync("whole");
    }

    public async Task DisposeAsync() => await _log.DisposeAsync();

    [Fact]
    public async Task An_older_copy_catches_up_without_a_word()
    {
        await _log.CloseAsync();
        Put(_older);
        await AssertAnswersAsync();
        Assert.Empty(_log.Store.OpenFindings);
    }

    [Fact]
    public async Task A_missing_folder_is_made_anew()
    {
        await _log.CloseAsync();
        TestFiles.Delete(Index);
        await AssertAnswersAsync();
        Assert.NotEmpty(_log.Store.OpenFindings);
    }

    [Fact]
    public async Task An_empty_folder_is_filled()
    {
        await _log.CloseAsync();
        TestFiles.Delete(Index);
        Directory.CreateDirectory(Index);
        await AssertAnswersAsync();
        Assert.NotEmpty(_log.Store.OpenFindings);
    }

    [Fact]
    public async Task Whichever_file_is_missing_the_answers_are_right()
    {
        foreach (var name in Names()) await AssertAnswersAsync($"without {name}", () => File.Delete(Path.Combine(Index, name)));
    }

    [Fact]
    public async Task Whichever_file_is_cut_the_answers_are_right()
    {
        foreach (var name in Names())
            foreach (var part in (double[])[0, 0.01, 0.5, 0.99])
                await AssertAnswersAsync($"{name} cut at {part}", () => Cut(name, part));
    }

    [Fact]
    public async Task Whichever_file_holds_garbage_the_answers_are_right()
    {
        foreach (var name in Names())
            await AssertAnswersAsync($"garbage in {name}", () => File.WriteAllBytes(Path.Combine(Index, name), TestLog.Content(7, (int)new FileInfo(Path.Combine(Index, name)).Length)));
    }

    private string Index => Path.Combine(_log.Folder, "index");

    private async Task FillAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (seal, appended) = await _log.AppendAsync(TestLog.Content(_records.Count, 300));
            _records.Add(seal.Record, (seal, appended));
        }

        await _log.PublishAsync();
    }

    private async Task<string> KeepAsync(string name)
    {
        await _log.CloseAsync();
        var copy = Path.Combine(_log.Folder, name);
        TestFiles.Copy(Index, copy);
        await _log.OpenAsync();
        return copy;
    }

    private void Put(string copy)
    {
        TestFiles.Delete(Index);
        TestFiles.Copy(copy, Index);
    }

    // LOCK and LOG hold nothing that LevelDB reads.
    private string[] Names() => [.. Directory.GetFiles(_whole).Select(f => Path.GetFileName(f)).Where(n => !n.StartsWith('L'))];

    private void Cut(string name, double part)
    {
        using var file = new FileStream(Path.Combine(Index, name), FileMode.Open);
        file.SetLength((long)(file.Length * part));
    }

    private async Task AssertAnswersAsync(string what, Action damage)
    {
        await _log.CloseAsync();
        Put(_whole);
        damage();
        try
        {
            await AssertAnswersAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{what}: {e.Message}"), e);
        }
    }

    private async Task AssertAnswersAsync()
    {
        await _log.CloseAsync();
        await _log.OpenAsync();
        Assert.Null(_log.Store.AppendRefusal);
        Assert.Equal(_root, _log.Store.Root);
        foreach (var (id, (seal, appended)) in _records)
        {
            Assert.Equal(appended.Place, _log.Store.Find(id));
            Assert.Equal(id, _log.Store.FindLeaf(appended.Leaf)?.Record);
            Assert.Contains(id, _log.Store.FindContent(seal.Parts[0].Sha256));
            Assert.Equal(seal.Parts[0].Sha256, Digest.Of(_log.ReadPart(appended.Place, "c0001")));
        }

        Assert.Empty(await TestLog.ListAsync(_log.Store.CompareIndexAsync(CancellationToken.None)));
    }
}
