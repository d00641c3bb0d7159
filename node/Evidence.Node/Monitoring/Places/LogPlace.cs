using Evidence.Storage;
using Evidence.Storage.Sweeping;

namespace Evidence.Node.Monitoring.Places;

/// <summary>How far a sweep has come in one log.</summary>
/// <param name="Seed">What its volumes are read for.</param>
/// <param name="Volumes">Those that were found in order.</param>
internal sealed record LogPlace(SweepSeed Seed, IReadOnlyList<CheckedVolume> Volumes)
{
    /// <summary>What was found of a volume, if it is as long as it was then.</summary>
    internal CheckedVolume? Find(VolumeState volume) =>
        Volumes.FirstOrDefault(known => known.Number == volume.Number && known.Length == volume.DurableLength && known.Closed == volume.Closed);
}
