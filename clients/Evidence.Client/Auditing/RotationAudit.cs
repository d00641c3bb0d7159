using System.Globalization;
using Evidence.Core.Log;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Client.Auditing;

/// <summary>Sees that each rotation of the log's key names a tree that the log has had: the keys could have signed one on another history.</summary>
internal sealed class RotationAudit(ServedTiles tiles, AuditFindings findings)
{
    internal async Task RunAsync(AuditedKeys keys, Checkpoint signed, CancellationToken ct)
    {
        try
        {
            foreach (var rotation in keys.Rotations) await CompareAsync(rotation, signed, ct);
        }
        catch (MissingNodeException e)
        {
            findings.Warning(FindingCodes.TileMissing, Layer.Log, "tiles", $"What is served does not suffice to compare the rotations of the log's key: {e.Message}");
        }
    }

    private async Task CompareAsync(RotationNote rotation, Checkpoint signed, CancellationToken ct)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"rotation at {rotation.Size} leaves");
        if (rotation.Size > signed.Size)
        {
            findings.Warning(FindingCodes.TileMissing, Layer.Log, subject, string.Create(CultureInfo.InvariantCulture, $"The rotation of the log's key is beyond the {signed.Size} leaves that are served, and was not compared."));
            return;
        }
        var root = await tiles.RootAsync(rotation.Size, signed.Size, ct);
        // Tiles that do not make the signed tree say nothing here; they are a finding by themselves.
        if (root != rotation.Root && await tiles.LeadToAsync(rotation.Size, root, signed, ct))
            findings.Error(FindingCodes.RotationUnlinked, Layer.Log, subject, "The rotation of the log's key names another tree than the log had at that size.", root.ToString(), rotation.Root.ToString());
    }
}
