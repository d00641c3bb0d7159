namespace Evidence.Storage.Durable;

/// <summary>Tells a full disk from other errors.</summary>
internal static class DiskError
{
    internal static T Translate<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException e) when (IsFull(e))
        {
            throw Full(path, e);
        }
    }

    internal static void Translate(string path, Action action) => Translate(path, () =>
    {
        action();
        return true;
    });

    internal static bool IsFull(IOException error) => error.HResult is Libc.NoSpace or Libc.OverQuota;

    internal static StorageFullException Full(string path, IOException error) =>
        new($"There is no room left to write {path}. Nothing was stored; make room and try again.", error);
}
