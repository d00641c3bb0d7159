using System.Diagnostics;
using Evidence.Storage;
using Evidence.Storage.Durable;
using Evidence.Storage.LevelDb;

namespace Evidence.Tests.Storage;

public sealed class DurableTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "evidence-durable-" + Guid.NewGuid().ToString("N"));

    public DurableTests() => Directory.CreateDirectory(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_data_folder_is_opened_once_and_again_when_it_was_let_go()
    {
        using (DataFolder.Open(_folder))
        {
            var error = Assert.Throws<DataFolderInUseException>(() => DataFolder.Open(_folder));
            Assert.Contains(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
        }

        using var again = DataFolder.Open(_folder);
        Assert.Equal(_folder, again.Path);
    }

    [Fact]
    public void A_data_folder_that_another_process_holds_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "LOCK"), "");
        using var other = Process.Start(new ProcessStartInfo("flock", [Path.Combine(_folder, "LOCK"), "sh", "-c", "echo held; read _"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("held", other.StandardOutput.ReadLine());
        Assert.Throws<DataFolderInUseException>(() => DataFolder.Open(_folder));
        other.StandardInput.WriteLine();
        other.WaitForExit();
        DataFolder.Open(_folder).Dispose();
    }

    [Fact]
    public void A_new_data_folder_is_for_its_owner_only()
    {
        using var data = DataFolder.Open(Path.Combine(_folder, "data"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data.Path));
    }

    [Fact]
    public void A_small_file_is_replaced_whole_or_not_at_all()
    {
        var path = Path.Combine(_folder, "file");
        SmallFile.Replace(path, [1, 2, 3]);
        var medium = new FaultyMedium { Kind = FaultKind.Full, FailIf = (what, _) => what == "write" };
        Assert.Throws<StorageFullException>(() => SmallFile.Replace(medium, path, [4]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Reads_files_of_any_length_past_the_cache()
    {
        foreach (var length in (int[])[0, 1, 4095, 4096, 4097, 3_000_001])
        {
            var path = Path.Combine(_folder, "file");
            File.WriteAllBytes(path, TestLog.Content(length, length));
            Assert.Equal(TestLog.Content(length, length), MediumFile.ReadAll(path, out _));
        }
    }

    [Fact]
    public void A_database_keeps_what_was_written_and_snapshots_see_what_was()
    {
        using var db = Database.Open(Path.Combine(_folder, "db"));
        Put(db, "a1", "x");
        using var snapshot = db.TakeSnapshot();
        Put(db, "a2", "y");
        Put(db, "b1", "z");
        Assert.Equal("x"u8.ToArray(), db.Get("a1"u8));
        Assert.Null(db.Get("a3"u8));
        Assert.Null(db.Get("a2"u8, snapshot));
        Assert.Equal(["x", "y"], db.Scan("a"u8.ToArray()).Select(e => System.Text.Encoding.ASCII.GetString(e.Value)));
        Assert.Single(db.Scan("a"u8.ToArray(), snapshot));
        using var batch = new WriteBatch();
        batch.Delete("a1"u8);
        db.Write(batch);
        Assert.Null(db.Get("a1"u8));
    }

    [Fact]
    public void A_database_is_opened_once()
    {
        using var db = Database.Open(Path.Combine(_folder, "db"));
        Assert.Throws<LevelDbException>(() => Database.Open(Path.Combine(_folder, "db")));
    }

    [Fact]
    public void An_iterator_outlives_the_database_that_it_reads()
    {
        var db = Database.Open(Path.Combine(_folder, "db"));
        Put(db, "a", "1");
        Put(db, "b", "2");
        using var entries = db.Scan([]).GetEnumerator();
        Assert.True(entries.MoveNext());
        db.Dispose();
        Assert.True(entries.MoveNext());
        Assert.False(entries.MoveNext());
    }

    private static void Put(Database db, string key, string value)
    {
        using var batch = new WriteBatch();
        batch.Put(System.Text.Encoding.ASCII.GetBytes(key), System.Text.Encoding.ASCII.GetBytes(value));
        db.Write(batch);
    }
}
