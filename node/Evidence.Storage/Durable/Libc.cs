using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Evidence.Storage.Durable;

/// <summary>What the framework lacks: fdatasync, syncing folders, writing out, setting blocks aside, O_DIRECT, posix_fadvise, flock.</summary>
internal static partial class Libc
{
    internal const int NoSpace = 28; // ENOSPC
    internal const int OverQuota = 122; // EDQUOT
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int ReadWriteCreate = 0x2 | 0x40; // O_RDWR | O_CREAT
    private const int OwnerOnly = 0x180; // 0600
    private const int Interrupted = 4; // EINTR
    private const int BadDescriptor = 9, NoLocks = 37; // EBADF, ENOLCK
    private const int InvalidArgument = 22, IllegalSeek = 29, NotImplemented = 38, NotSupported = 95; // EINVAL, ESPIPE, ENOSYS, EOPNOTSUPP
    private const int KeepSize = 1; // FALLOC_FL_KEEP_SIZE
    private const uint WriteBegin = 2, WriteAndWait = 1 | 2 | 4; // SYNC_FILE_RANGE_WRITE; with WAIT_BEFORE and WAIT_AFTER
    private const int WouldBlock = 11; // EAGAIN
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED
    private const int WorkingFolder = -100; // AT_FDCWD
    private const uint Exchange = 2; // RENAME_EXCHANGE
    private const int ExclusiveNow = 2 | 4; // LOCK_EX | LOCK_NB

    private static readonly int Direct = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000; // O_DIRECT

    /// <summary>Syncs data and the metadata that reading it back needs (the length, not the times).</summary>
    internal static void SyncData(SafeFileHandle file, string path)
    {
        while (fdatasync(file) != 0)
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("sync", path);
    }

    /// <summary>Syncs a folder: names that were created, renamed or removed in it.</summary>
    internal static void SyncFolder(string path)
    {
        using var folder = Open(path, CloseOnExec) ?? throw Failure("open", path);
        while (fsync(folder) != 0)
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failure("sync", path);
    }

    /// <summary>Opens a file for reads past the page cache, or null where the file system cannot.</summary>
    internal static SafeFileHandle? OpenDirect(string path) => Open(path, CloseOnExec | Direct);

    /// <summary>Opens or creates a file for reading and writing, without the framework's own advisory lock.</summary>
    internal static SafeFileHandle OpenUnlocked(string path) => Open(path, ReadWriteCreate | CloseOnExec) ?? throw Failure("open", path);

    /// <summary>Sets blocks aside for a range without changing the length (fallocate), where the file system can.</summary>
    /// <exception cref="IOException">There is no room, or another error.</exception>
    internal static void Reserve(SafeFileHandle file, string path, long offset, long length)
    {
        while (fallocate(file, KeepSize, offset, length) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NotSupported or NotImplemented or InvalidArgument) return;
            if (error != Interrupted) throw Failure("set blocks aside for", path);
        }
    }

    /// <summary>Begins to write a range to the medium, or waits until it is written (sync_file_range). No barrier: it makes nothing last.</summary>
    internal static void WriteOut(SafeFileHandle file, string path, long offset, long length, bool wait)
    {
        while (sync_file_range(file, offset, length, wait ? WriteAndWait : WriteBegin) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NotImplemented or InvalidArgument or IllegalSeek) return; // then the sync does it all
            if (error != Interrupted) throw Failure("write out", path);
        }
    }

    /// <summary>Drops clean pages of a range from the page cache.</summary>
    internal static void DropCache(SafeFileHandle file, long offset, long length) => _ = posix_fadvise(file, offset, length, DontNeed);

    /// <summary>Locks a file against every other open handle to it; false when one holds it.</summary>
    internal static bool TryLock(SafeFileHandle file, string path)
    {
        while (flock(file, ExclusiveNow) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock) return false;
            if (error != Interrupted) throw Failure("lock", path);
        }

        return true;
    }

    /// <summary>Locks a folder against every other open handle to it; null when one holds it. Where the file system locks no folders, as over NFS, the handle holds nothing.</summary>
    internal static SafeFileHandle? TryLockFolder(string path)
    {
        var folder = Open(path, CloseOnExec) ?? throw Failure("open", path);
        while (flock(folder, ExclusiveNow) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is BadDescriptor or NoLocks or NotSupported or NotImplemented or InvalidArgument) break;
            if (error == Interrupted) continue;
            using (folder) return error == WouldBlock ? null : throw Failure("lock", path);
        }

        return folder;
    }

    /// <summary>Lets two files or folders of one file system change places at once (renameat2); false where the kernel or the file system cannot.</summary>
    internal static bool TryExchange(string one, string other)
    {
        if (renameat2(WorkingFolder, one, WorkingFolder, other, Exchange) == 0) return true;
        return Marshal.GetLastPInvokeError() is InvalidArgument or NotImplemented or NotSupported ? false : throw Failure("exchange", one);
    }

    private static SafeFileHandle? Open(string path, int flags)
    {
        var descriptor = open(path, flags, OwnerOnly);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static IOException Failure(string what, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"Could not {what} {path}: {new Win32Exception(error).Message}.", error);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc")]
    private static partial int posix_fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oneFolder, string one, int otherFolder, string other, uint flags);
}
