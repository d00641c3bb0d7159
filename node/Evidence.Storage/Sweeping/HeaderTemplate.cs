namespace Evidence.Storage.Sweeping;

/// <summary>The header that a member of a record must have, of which only name, size and checksum change from member to member.</summary>
internal sealed class HeaderTemplate
{
    private const int NameLength = RecordPath.MaxLength - RecordPath.NameAt;
    private readonly byte[] _block = new byte[TarBlock.Size];
    private int _sum; // of all bytes but name and size

    /// <summary>Begins a record.</summary>
    /// <param name="folder">Its path up to the name of a member.</param>
    /// <param name="mtime">When it was received, in seconds from 1970.</param>
    internal void Begin(ReadOnlySpan<byte> folder, long mtime)
    {
        TarHeader.Write(_block, folder, 0, mtime, TarHeader.File);
        _sum = TarHeader.ChecksumOf(_block) - (TarHeader.SizeOf(_block).Length * '0');
    }

    /// <summary>Whether a header is the one that it must be for its name and its size.</summary>
    internal bool Matches(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name)
    {
        var to = _block.AsSpan(RecordPath.NameAt, NameLength);
        var size = TarHeader.SizeOf(header);
        to.Clear();
        name.CopyTo(to);
        size.CopyTo(TarHeader.SizeOf(_block.AsSpan()));
        var sum = _sum;
        foreach (var b in name) sum += b;
        foreach (var b in size) sum += b;
        TarHeader.WriteChecksum(_block, sum);
        return header.SequenceEqual(_block);
    }
}
