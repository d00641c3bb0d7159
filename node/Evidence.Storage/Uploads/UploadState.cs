using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Seals;

namespace Evidence.Storage.Uploads;

/// <summary>What the medium knows of an upload that can be resumed: everything in it was synced before it was written down.</summary>
/// <param name="Record">The number that its record has, and the upload too.</param>
/// <param name="Label">What whoever receives it noted when it began.</param>
/// <param name="Parts">Its parts so far; only the last one can be open.</param>
/// <param name="Outcome">What was noted just before it was appended, or null.</param>
/// <param name="At">When this was written.</param>
public sealed record UploadState(RecordId Record, JsonObject Label, IReadOnlyList<UploadPart> Parts, JsonObject? Outcome, DateTimeOffset At);

/// <summary>A part of an upload.</summary>
/// <param name="Name">Member name.</param>
/// <param name="Role">What it is.</param>
/// <param name="Announced">Its size as it was announced, in bytes; 0: not known.</param>
/// <param name="Label">What whoever receives it noted when it began.</param>
/// <param name="Ended">Whether all of it is there.</param>
/// <param name="Points">How far it reached each time when it was synced, with its digest up to there.</param>
public sealed record UploadPart(string Name, PartRole Role, long Announced, JsonObject Label, bool Ended, IReadOnlyList<UploadPoint> Points)
{
    /// <summary>Bytes that are on the medium.</summary>
    public long Size => Points.Count == 0 ? 0 : Points[^1].Size;
}

/// <summary>The first <paramref name="Size"/> bytes of a part, which are on the medium.</summary>
/// <param name="Size">How many.</param>
/// <param name="Sha256">Their SHA-256.</param>
public sealed record UploadPoint(long Size, Digest Sha256);
