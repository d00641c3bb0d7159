namespace Evidence.Core.Chain;

/// <summary>A decoded RLP item: a byte string or a list.</summary>
public sealed class RlpItem
{
    internal RlpItem(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> bytes, IReadOnlyList<RlpItem>? items)
    {
        Raw = raw;
        _bytes = bytes;
        _items = items;
    }

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly IReadOnlyList<RlpItem>? _items;

    /// <summary>The item as it was encoded, prefix included.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Whether the item is a list.</summary>
    public bool IsList => _items is not null;

    /// <summary>The byte string.</summary>
    /// <exception cref="FormatException">The item is a list.</exception>
    public ReadOnlyMemory<byte> Bytes => _items is null ? _bytes : throw new FormatException("An RLP byte string was expected, a list was found.");

    /// <summary>The items of the list.</summary>
    /// <exception cref="FormatException">The item is a byte string.</exception>
    public IReadOnlyList<RlpItem> Items => _items ?? throw new FormatException("An RLP list was expected, a byte string was found.");
}
