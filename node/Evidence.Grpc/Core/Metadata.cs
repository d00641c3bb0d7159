using System.Collections;

namespace Grpc.Core;

/// <summary>Names and values that travel with a call: ASCII text, or bytes where the name ends in <c>-bin</c>. A name can occur more than once.</summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>Ending of the names whose values are bytes.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No metadata; cannot be added to.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];

    /// <summary>Metadata without entries.</summary>
    public Metadata() : this(readOnly: false)
    {
    }

    private Metadata(bool readOnly) => IsReadOnly = readOnly;

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable()[index] = value;
    }

    /// <summary>The last entry of a name, or null.</summary>
    /// <param name="key">Name, in any case.</param>
    public Entry? Get(string key) => _entries.FindLast(entry => entry.Is(key));

    /// <summary>All entries of a name, in their order.</summary>
    /// <param name="key">Name, in any case.</param>
    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.Is(key));

    /// <summary>The last text of a name, or null.</summary>
    /// <param name="key">Name, in any case, that does not end in <c>-bin</c>.</param>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The last bytes of a name, or null.</summary>
    /// <param name="key">Name, in any case, that ends in <c>-bin</c>.</param>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>Adds a text.</summary>
    /// <param name="key">Name that does not end in <c>-bin</c>.</param>
    /// <param name="value">Printable ASCII.</param>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds bytes.</summary>
    /// <param name="key">Name that ends in <c>-bin</c>.</param>
    /// <param name="value">Bytes.</param>
    public void Add(string key, byte[] value) => Add(new Entry(key, value));

    /// <inheritdoc/>
    public void Add(Entry item) => Writable().Add(item);

    /// <inheritdoc/>
    public void Insert(int index, Entry item) => Writable().Insert(index, item);

    /// <inheritdoc/>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <inheritdoc/>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <inheritdoc/>
    public void Clear() => Writable().Clear();

    /// <inheritdoc/>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <inheritdoc/>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <inheritdoc/>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> Writable()
        => IsReadOnly ? throw new InvalidOperationException("Metadata.Empty cannot be changed.") : _entries;
}
