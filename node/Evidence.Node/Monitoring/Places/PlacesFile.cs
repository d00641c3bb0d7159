using System.Security.Cryptography;
using System.Text.Json;
using Evidence.Storage.Durable;

namespace Evidence.Node.Monitoring.Places;

/// <summary>
/// The file in which a sweep keeps its place, under a code that only this node can make: what it says was read is not read again, so nobody else may have written it.
/// A file that is missing, cut or foreign says nothing, and everything is read.
/// </summary>
internal sealed class PlacesFile(string path, byte[] secret)
{
    /// <summary>Whether there is a file that says nothing.</summary>
    internal bool IsDamaged => File.Exists(path) && Read() is null;

    /// <summary>What the file says; null when it says nothing.</summary>
    internal PlacesState? Read()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.Length < HMACSHA256.HashSizeInBytes) return null;
            var json = bytes.AsSpan(HMACSHA256.HashSizeInBytes);
            if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, json), bytes.AsSpan(0, HMACSHA256.HashSizeInBytes))) return null;
            return JsonSerializer.Deserialize<PlacesState>(json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file. A crash leaves the state before or this one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Write(PlacesState state)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(state);
        SmallFile.Replace(path, [.. HMACSHA256.HashData(secret, json), .. json]);
    }
}

/// <summary>What the file holds.</summary>
/// <param name="Sweep">The sweep that is under way; empty when none is.</param>
/// <param name="Logs">How far it is, by the logs' origins.</param>
/// <param name="Ages">When volumes were last checked, by the logs' origins.</param>
internal sealed record PlacesState(string Sweep, IReadOnlyDictionary<string, LogPlace> Logs, IReadOnlyDictionary<string, IReadOnlyList<VolumeAge>> Ages)
{
    /// <summary>Volumes that were found damaged and not mended, by the logs' origins.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<uint>> Damaged { get; init; } = new Dictionary<string, IReadOnlyList<uint>>();
}
