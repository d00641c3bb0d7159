using System.Runtime.InteropServices;

namespace Evidence.Core;

/// <summary>Tells files from what only has a name among them: opening a pipe waits for its other end, and a device has no end.</summary>
public static partial class RegularFile
{
    private const int WorkingFolder = -100; // AT_FDCWD
    private const uint OnlyType = 1, OnlyNumber = 0x100; // STATX_TYPE, STATX_INO
    private const int StatusSize = 256, ModeOffset = 28, NumberOffset = 32, DeviceOffset = 136; // struct statx, the same on every processor
    private const int TypeBits = 0xF000, Regular = 0x8000, Folder = 0x4000; // S_IFMT, S_IFREG, S_IFDIR

    /// <summary>Passes a file, a link to one, and what is not there or not to be asked about: opening that says what is wrong.</summary>
    /// <exception cref="IOException">It is a pipe, a socket or a device, or a link to one.</exception>
    public static void Check(string path)
    {
        if (IsStream(path))
            throw new IOException($"{path} is a pipe, a socket or a device and no regular file; save what it gives in a file and name that 不是普通文件");
    }

    /// <summary>Whether it is a pipe, a socket or a device, or a link to one.</summary>
    public static bool IsStream(string path) => OperatingSystem.IsLinux() && TypeOf(path) is not (null or Regular or Folder);

    /// <summary>Bytes of a file, or of the file at the end of a link, whose own length is that of a path.</summary>
    /// <exception cref="IOException">It is not there, or the link leads nowhere.</exception>
    public static long LengthOf(FileInfo file) =>
        file.Attributes.HasFlag(FileAttributes.ReparsePoint) && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target.Length : file.Length;

    /// <summary>Whether two names lead to one file, be it through links; of what is not there, whether they are one name.</summary>
    public static bool AreOne(string one, string other) =>
        (OperatingSystem.IsLinux() && NumberOf(one) is { } number && number == NumberOf(other)) || (one.Length > 0 && other.Length > 0 && Path.GetFullPath(one) == Path.GetFullPath(other));

    private static (ulong File, ulong Device)? NumberOf(string path)
    {
        Span<byte> status = stackalloc byte[StatusSize];
        return statx(WorkingFolder, path, 0, OnlyNumber, ref status[0]) == 0 ? (MemoryMarshal.Read<ulong>(status[NumberOffset..]), MemoryMarshal.Read<ulong>(status[DeviceOffset..])) : null;
    }

    private static int? TypeOf(string path)
    {
        Span<byte> status = stackalloc byte[StatusSize];
        return statx(WorkingFolder, path, 0, OnlyType, ref status[0]) == 0 ? MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeBits : null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref byte status);
}
