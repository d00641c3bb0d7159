using Evidence.Storage.Durable;

namespace Evidence.Storage.Appending;

/// <summary>
/// Has the medium write a growing file as it grows, and never lets more than a few windows of it wait in the page cache:
/// so the last sync is short, and the syncs of small records do not queue behind gigabytes.
/// </summary>
internal sealed class WriteOut(IMediumFile file, long start)
{
    private const long Window = 256L << 10;
    private const int Behind = 2;

    private long _windows;

    /// <summary>Told that the file has been written up to <paramref name="end"/>. Waits while too much of it is not on its way.</summary>
    internal void Advance(long end)
    {
        for (; end - start >= (_windows + 1) * Window; _windows++)
        {
            file.WriteOut(start + (_windows * Window), Window, wait: false);
            if (_windows >= Behind) file.WriteOut(start + ((_windows - Behind) * Window), Window, wait: true);
        }
    }
}
