namespace Evidence.Storage.Durable;

/// <summary>What is done to the medium so that it lasts. Tests put a medium here that fails, forgets or writes short.</summary>
internal interface IMedium
{
    /// <summary>Opens a file for reading and writing.</summary>
    IMediumFile Open(string path, FileMode mode);

    /// <summary>Renames a file over another. It lasts once the folder is synced.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file, if it is there. It lasts once the folder is synced.</summary>
    void Delete(string path);

    /// <summary>Makes a folder, with those that lead to it, where it is not there. It lasts once the folder that holds it is synced.</summary>
    void CreateFolder(string path);

    /// <summary>Removes an empty folder. It lasts once the folder that held it is synced.</summary>
    void RemoveFolder(string path);

    /// <summary>Removes a folder with all that is in it. It lasts once the folder that held it is synced.</summary>
    void RemoveTree(string path) => Directory.Delete(path, recursive: true);

    /// <summary>Makes created, renamed and removed names in a folder last.</summary>
    void SyncFolder(string path);

    /// <summary>Renames a folder; nothing has the new name. It lasts once the folders that hold it before and after are synced.</summary>
    void MoveFolder(string from, string to) => Directory.Move(from, to);

    /// <summary>Lets two folders change places at once; false where the file system cannot. It lasts once the folders that hold them are synced.</summary>
    bool TryExchangeFolders(string one, string other) => Libc.TryExchange(one, other);

    /// <summary>Lets a folder change places with another one, or take its place where there is none. It lasts once the folders that hold them are synced. Where the file system cannot do it at once, a crash may leave nothing in the other's place.</summary>
    void ExchangeFolders(string one, string other)
    {
        if (!Directory.Exists(other)) MoveFolder(one, other);
        else if (!TryExchangeFolders(one, other)) FolderExchange.InSteps(this, one, other);
    }

    /// <summary>Bytes that may still be written in a folder.</summary>
    long FreeBytes(string folder) => long.MaxValue;
}

/// <summary>A file on the medium. Errors are <see cref="IOException"/>; a full disk is <see cref="StorageFullException"/>.</summary>
internal interface IMediumFile : IDisposable
{
    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads up to the length of the buffer; less only at the end.</summary>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all the bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Waits until what was written is on the medium (fdatasync). After an error nobody knows what is: the handle must not be trusted again.</summary>
    void Sync();

    /// <summary>Sets blocks aside for a range, where the file system can; its length stays. A full disk shows here and not when half of the range is written.</summary>
    void Reserve(long offset, long length)
    {
    }

    /// <summary>Begins to write a range that was written to the medium, or waits until it has been. It makes nothing last: only <see cref="Sync"/> does. An error is as final as that of a sync.</summary>
    void WriteOut(long offset, long length, bool wait)
    {
    }

    /// <summary>Drops a range from the page cache, so that the next read is of the medium.</summary>
    void DropCache(long offset, long length);
}
