using Evidence.Core;
using Evidence.Core.Verification;

namespace Evidence.Tests.Monitor;

/// <summary>Damage in several carriers of one leaf at once, as one failing disk makes it.</summary>
public sealed class JointDamageTests : SweepTestBase
{
    private const ulong Early = 2, Late = 9;

    private string[] Damaged => [VolumeFile, Tile, Bundle];

    [Fact]
    public async Task A_leaf_that_volume_and_tile_both_lost_is_known_from_its_entry_bundle()
    {
        var sweep = await AssertMendedAsync(() =>
        {
            Erase(Late);
            Damage.Flip(Tile, (long)Late * Digest.Size);
        });
        Assert.Equal(["tiles-damaged", "volume-damaged"], Node.Alerts.All.Select(static alert => alert.Cause.Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Contains(sweep.Findings, finding => finding.Subject.StartsWith("tile/0/", StringComparison.Ordinal));
        Assert.DoesNotContain(sweep.Findings, finding => finding.Subject.StartsWith("tile/entries/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_record_that_no_root_proves_yet_is_mended_once_the_one_that_keeps_the_root_away_was()
    {
        var sweep = await AssertMendedAsync(() =>
        {
            Erase(Early);
            Erase(Late);
            Damage.Flip(Tile, (long)Late * Digest.Size);
            Damage.Flip(Bundle, 0);
        });
        Assert.DoesNotContain(sweep.Findings, finding => finding.Code == FindingCodes.Unrecoverable);
    }

    private void Erase(ulong leaf)
    {
        var place = Log.FindLeaf(leaf)!.Value.Place;
        Damage.Zero(VolumeFile, (long)place.Offset, (long)place.Length);
    }

    private async Task<V1.Sweep> AssertMendedAsync(Action damage)
    {
        var before = Damaged.Select(File.ReadAllBytes).ToList();
        damage();
        var sweep = await SweepAsync(Node);
        Assert.True(sweep.Outcome == V1.Outcome.Intact, Describe(sweep));
        Assert.All(Node.Alerts.All, static alert => Assert.False(alert.IsOpen, alert.Message));
        Assert.Equal(before, Damaged.Select(File.ReadAllBytes));
        return sweep;
    }
}
