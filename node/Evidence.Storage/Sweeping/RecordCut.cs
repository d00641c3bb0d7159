namespace Evidence.Storage.Sweeping;

/// <summary>Finds where whole records end, by the sizes in the headers alone. A wrong cut is found by whoever examines what was cut.</summary>
internal static class RecordCut
{
    /// <summary>Length of the whole records at the start of <paramref name="bytes"/>, which begin with one.</summary>
    /// <param name="bytes">A stretch of a volume.</param>
    /// <param name="prefix">What the path of every member of a record begins with.</param>
    /// <param name="stopped">Whether something else than a member of a record was met: the files that close the volume, or damage.</param>
    internal static int Find(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> prefix, out bool stopped)
    {
        stopped = false;
        var cut = 0;
        for (var at = 0; bytes.Length - at >= TarBlock.Size;)
        {
            var header = bytes.Slice(at, TarBlock.Size);
            stopped = !header.StartsWith(prefix) || !TarHeader.TryReadSize(header, out _);
            if (stopped) return cut;
            TarHeader.TryReadSize(header, out var size);
            var end = at + TarBlock.Size + TarBlock.RoundUp(size);
            if (end > bytes.Length) return cut;
            at = (int)end;
            if (header[RecordPath.NameAt..].StartsWith("seal-"u8)) cut = at;
        }

        return cut;
    }
}
