using System.Runtime.InteropServices;

namespace Evidence.Network.Processes;

/// <summary>POSIX signals to one process.</summary>
internal static partial class Signals
{
    private const int Terminate = 15;
    private const int Kill = 9;

    /// <summary>SIGTERM: asks it to end. False when there is no such process.</summary>
    internal static bool SendTerminate(int pid) => pid > 1 && Send(pid, Terminate) == 0;

    /// <summary>SIGKILL: ends it at once, whatever it is doing. False when there is no such process.</summary>
    internal static bool SendKill(int pid) => pid > 1 && Send(pid, Kill) == 0;

    /// <summary>Whether a process of that number exists.</summary>
    internal static bool Exists(int pid) => pid > 1 && Send(pid, 0) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int pid, int signal);
}
