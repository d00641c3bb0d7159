namespace Evidence.Tests.Monitor;

/// <summary>What befalls files behind a node's back.</summary>
internal static class Damage
{
    internal static void Flip(string path, long offset, byte mask = 0x10)
    {
        using var file = Open(path);
        file.Position = offset;
        var was = (byte)file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(was ^ mask));
    }

    internal static void Zero(string path, long offset, long length)
    {
        using var file = Open(path);
        file.Position = offset;
        file.Write(new byte[length]);
    }

    internal static void Append(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = Open(path);
        file.Position = file.Length;
        file.Write(bytes);
    }

    internal static void Truncate(string path, long length)
    {
        using var file = Open(path);
        file.SetLength(length);
    }

    /// <summary>Puts bytes of the same length in the place of all occurrences of others.</summary>
    internal static int Replace(string path, ReadOnlySpan<byte> old, ReadOnlySpan<byte> with)
    {
        Assert.Equal(old.Length, with.Length);
        var bytes = File.ReadAllBytes(path);
        var count = 0;
        for (var at = 0; bytes.AsSpan(at).IndexOf(old) is var found and >= 0; at += found + old.Length, count++) with.CopyTo(bytes.AsSpan(at + found));
        using var file = Open(path); // in place, as an intruder would: the node keeps its handle
        file.Write(bytes);
        return count;
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
