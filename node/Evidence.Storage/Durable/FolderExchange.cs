namespace Evidence.Storage.Durable;

/// <summary>Lets two folders change places on a file system that cannot do it at once.</summary>
internal static class FolderExchange
{
    internal static void InSteps(string one, string other)
    {
        var aside = one + ".aside";
        Directory.Move(other, aside);
        Directory.Move(one, other); // a crash before this: nothing lies there
        Directory.Move(aside, one);
    }
}
