namespace Evidence.Storage.Durable;

/// <summary>Lets two folders change places on a file system that cannot do it at once.</summary>
internal static class FolderExchange
{
    /// <summary>What the name of a folder ends in while it is on its way; a crash leaves it so.</summary>
    internal const string Suffix = ".aside";

    internal static void InSteps(IMedium medium, string one, string other)
    {
        var aside = one + Suffix;
        medium.MoveFolder(other, aside);
        medium.MoveFolder(one, other); // a crash before this: nothing lies there
        medium.MoveFolder(aside, one);
    }
}
