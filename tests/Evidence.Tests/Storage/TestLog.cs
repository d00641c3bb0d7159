using System.Text;
using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Seals;
using Evidence.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evidence.Tests.Storage;

/// <summary>A log in a temporary folder, with whatever a test needs to fill, close, damage and open it again.</summary>
internal sealed class TestLog : IAsyncDisposable
{
    internal const string Origin = "evidence.test/log";

    private readonly bool _ownsFolder;

    internal TestLog(LogStoreOptions? options = null, string? folder = null)
    {
        Options = options ?? new LogStoreOptions();
        _ownsFolder = folder is null;
        Folder = folder ?? Path.Combine(Path.GetTempPath(), "evidence-storage-" + Guid.NewGuid().ToString("N"));
    }

    internal static LogSigner Signer { get; } = new(Origin, [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    internal string Folder { get; }

    internal LogStoreOptions Options { get; set; }

    internal LogStore Store { get; private set; } = null!;

    internal RecordAppender Appender { get; private set; } = null!;

    internal string VolumePath(uint number = 1) => Path.Combine(Folder, "volumes", $"v{number:D10}.tar");

    internal async Task<TestLog> OpenAsync(bool appender = true)
    {
        Store = await LogStore.OpenAsync(Folder, Origin, new LogKeyHistory(Signer.Key), Options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        if (appender) Appender = new RecordAppender(Store);
        return this;
    }

    internal async Task CloseAsync()
    {
        if (Appender is not null) await Appender.DisposeAsync();
        if (Store is not null) await Store.DisposeAsync();
        Appender = null!;
        Store = null!;
    }

    internal async Task ReopenAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    internal Task PublishAsync() => Store.PublishAsync(Signer, CancellationToken.None);

    /// <summary>Appends a record with these content parts and a metadata part.</summary>
    internal async Task<(Seal Seal, Appended Appended)> AppendAsync(params byte[][] contents)
    {
        await using var staged = Appender.Begin(RecordId.New(TimeProvider.System));
        var seal = await StageAsync(staged, contents);
        var appended = await Appender.AppendAsync(staged, seal, CancellationToken.None);
        await Appender.VolumesClosed; // in the background, otherwise
        return (seal, appended);
    }

    internal async Task AppendManyAsync(int count, int size = 100)
    {
        for (var i = 0; i < count; i++) await AppendAsync(Content(i, size));
        await Appender.VolumesClosed;
    }

    internal static async Task<Seal> StageAsync(StagedRecord staged, params byte[][] contents)
    {
        var parts = new List<SealPart>();
        for (var i = 0; i < contents.Length; i++) parts.Add(await PartAsync(staged, $"c{i + 1:D4}", PartRole.Content, contents[i]));
        parts.Add(await PartAsync(staged, "m0001", PartRole.Metadata, Encoding.UTF8.GetBytes("{\"salt\":\"" + staged.Id + "\"}")));
        return new Seal(staged.Id, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123), "tester", parts);
    }

    internal static byte[] Content(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal byte[] ReadPart(Place place, string name)
    {
        using var part = Store.OpenPart(place, name);
        using var copy = new MemoryStream();
        part.CopyTo(copy);
        return copy.ToArray();
    }

    internal static void Flip(string path, long offset, byte mask = 0x01)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Position = offset;
        var b = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(b ^ mask));
    }

    internal static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items) list.Add(item);
        return list;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_ownsFolder && Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private static async Task<SealPart> PartAsync(StagedRecord staged, string name, PartRole role, byte[] bytes)
    {
        await staged.BeginPartAsync(name, role, bytes.Length, CancellationToken.None);
        for (var at = 0; at < bytes.Length; at += 70_000) await staged.WriteAsync(bytes.AsMemory(at, Math.Min(70_000, bytes.Length - at)), CancellationToken.None);
        var part = await staged.EndPartAsync();
        return new SealPart(name, role, part.Size, part.Sha256);
    }
}
