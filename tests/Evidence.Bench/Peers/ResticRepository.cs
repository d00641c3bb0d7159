namespace Evidence.Bench.Peers;

/// <summary>A restic repository of its own, with its own cache, both fresh.</summary>
internal sealed class ResticRepository
{
    private readonly string _folder;

    private ResticRepository(string folder) => _folder = folder;

    /// <summary>Makes the repository; not part of what is measured.</summary>
    internal static async Task<ResticRepository> InitAsync(string folder, Action<string> say, CancellationToken ct)
    {
        await DebianPackage.EnsureAsync("restic", "restic", say, ct);
        var repository = new ResticRepository(folder);
        await repository.RunAsync(["init"], ct);
        return repository;
    }

    /// <summary>Takes a folder in. It syncs every file of the repository itself.</summary>
    internal Task BackUpAsync(string source, CancellationToken ct) => RunAsync(["backup", source], ct);

    private Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken ct) => PeerProcess.RunAsync(
        "restic", ["--quiet", "--repo", Path.Combine(_folder, "repository"), "--cache-dir", Path.Combine(_folder, "cache"), .. arguments], ct, ("RESTIC_PASSWORD", "bench"));
}
