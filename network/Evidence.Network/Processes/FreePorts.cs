using System.Net;
using System.Net.Sockets;

namespace Evidence.Network.Processes;

/// <summary>Finds TCP ports on loopback that nobody listens on.</summary>
internal static class FreePorts
{
    // Below the range from which the kernel takes ports for outgoing connections, so that none of those sits on it after a restart.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    internal static IReadOnlyList<int> Take(int count)
    {
        var ports = new HashSet<int>();
        for (var attempt = 0; ports.Count < count; attempt++)
        {
            if (attempt == 1000) throw new IOException($"no {count} free ports between {Lowest} and {Highest} were found on 127.0.0.1");
            var port = Random.Shared.Next(Lowest, Highest);
            if (IsFree(port)) ports.Add(port);
        }
        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
