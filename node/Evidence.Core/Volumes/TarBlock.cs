namespace Evidence.Core.Volumes;

/// <summary>Arithmetic of 512-byte blocks, in which a tar file is laid out.</summary>
internal static class TarBlock
{
    internal const int Size = 512;

    /// <summary>The two zero blocks that end a closed volume.</summary>
    internal const int EndSize = 2 * Size;

    /// <summary>The length rounded up to whole blocks.</summary>
    internal static long RoundUp(long length) => (length + Size - 1) & ~(Size - 1L);

    /// <summary>Padding behind data of this length.</summary>
    internal static int Padding(long length) => (int)(RoundUp(length) - length);
}
