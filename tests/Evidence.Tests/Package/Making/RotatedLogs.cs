using System.Text.Json.Nodes;
using Evidence.Core;
using Evidence.Core.Json;
using Evidence.Core.Notes;
using Evidence.Core.Trust;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages of a log of 3 leaves whose key was handed on, and of those who would like to have it.</summary>
internal static class RotatedLogs
{
    private static readonly VectorRecord Record = VectorRecord.Unsigned(1);
    private static readonly LogSigner Old = VectorLog.LogSigner, New = VectorLog.SignerOf(111), Newest = VectorLog.SignerOf(112), Thief = VectorLog.SignerOf(113);
    private static readonly RotationNote Rotation = Rotate(Old, New, 2);

    internal static IEnumerable<PackageVector> Good()
    {
        var twice = Log(Newest, Rotation, Rotate(New, Newest, 3));
        foreach (var (name, trusted) in new[] { ("first", Old), ("second", New), ("third", Newest) }) yield return Judged($"good/rotated_twice_trusting_the_{name}_key", twice, trusted);
        yield return Judged("good/rotated_at_the_checkpoint_by_the_old_key", Log(Old, Rotate(Old, New, 3)), Old);
        yield return Judged("good/rotated_at_the_checkpoint_by_the_new_key", Log(New, Rotate(Old, New, 3)), Old);
    }

    internal static IEnumerable<PackageVector> Bad()
    {
        yield return Stating("E410_old_keys_signature", New, Bearing(text => Old.Sign(text + "\n"), New.Sign));
        yield return Stating("E410_new_keys_signature", New, Bearing(Old.Sign, text => New.Sign(text + "\n")));
        yield return Stating("E411_rotation_by_the_old_key_alone", New, Bearing(Old.Sign));
        yield return Stating("E411_rotation_by_the_new_key_alone", New, Bearing(New.Sign));
        yield return Stating("E412_rotation_of_another_log", New, Rotate(VectorLog.SignerOf(101, "vectors.example/other"), VectorLog.SignerOf(111, "vectors.example/other"), 2));
        yield return Stating("E412_rotation_of_another_key", Newest, Rotate(New, Newest, 2));
        yield return Stating("E412_size_that_falls", Newest, Rotation, Rotate(New, Newest, 1));
        yield return Stating("E412_key_that_came_already", Old, Rotation, Rotate(New, Old, 3));
        yield return Judged("bad/E413_history_without_the_trusted_key", Log(Thief, Rotate(Old, Thief, 2)), New);
        yield return Stated("E413_keys_of_another_log", VectorLog.SignerOf(101, "vectors.example/other"), Log(Old));
        yield return Stated("E413_keys_of_another_log_not_anchored", VectorLog.SignerOf(101, "vectors.example/other"), new VectorLog("none", Old, [], Record) { Anchor = null });
        yield return Stated("E413_first_key_that_is_not_the_anchored_logs", Thief, Log(Old), Rotate(Thief, Old, 0).Encode());
        yield return Stated("E504_history_that_ends_in_the_trusted_key", Thief, Log(Old).AnchoredAs(Thief), Rotate(Thief, Old, 0).Encode());
        yield return Judged("bad/E504_later_key_without_the_logs_id", Log(New, Rotation), New) with { Trust = Log(New).Trust with { Logs = [new TrustedKey(New.Key.ToString())] } };
        yield return Stating("E414_old_key_beyond_the_rotation", Old, Rotation);
        yield return Stating("E414_new_key_before_the_rotation", New, Rotate(Old, New, 4));
        yield return Changed("E703_rotation_that_is_none", New, Rotation.Encode().Replace("/v1\n", "/v2\n", StringComparison.Ordinal));
        yield return Changed("E703_rotation_with_a_third_signature", New, Rotation.Note.With(Thief.Sign(Rotation.Note.Text)).Encode());
    }

    private static RotationNote Rotate(LogSigner from, LogSigner to, ulong size) => RotationNote.Sign(from, to, size, Digest.Of("root"u8));

    private static RotationNote Bearing(params Func<string, NoteSignature>[] signatures) =>
        RotationNote.Parse(new SignedNote(Rotation.Note.Text, signatures.Select(sign => sign(Rotation.Note.Text))).Encode());

    private static VectorLog Log(LogSigner signer, params RotationNote[] rotations) => new("none", signer, rotations, Record);

    private static PackageVector Judged(string name, VectorLog log, LogSigner trusted) => new(name, log.Package(), Trusting(log, trusted));

    private static TrustPolicy Trusting(VectorLog log, LogSigner trusted) => log.Trust with { Logs = [new TrustedKey(trusted.Key.ToString(), trusted == Old ? null : Old.Key.LogId)] };

    /// <summary>With rotations that no writer would take.</summary>
    private static PackageVector Stating(string name, LogSigner signer, params RotationNote[] rotations) => Changed(name, signer, [.. rotations.Select(static rotation => rotation.Encode())]);

    private static PackageVector Changed(string name, LogSigner signer, params string[] rotations) => Stated(name, Old, Log(signer), rotations);

    /// <summary>Stating another first key than the log's.</summary>
    private static PackageVector Stated(string name, LogSigner first, VectorLog log, params string[] rotations)
    {
        var keys = CanonicalJson.Serialize(new JsonObject
        {
            ["first"] = first.Key.ToString(),
            ["format"] = "evidence.log-keys/1",
            ["rotations"] = new JsonArray([.. rotations.Select(static rotation => (JsonNode)rotation)]),
        });
        var package = BadContainers.Edited(log.Package(), members => members[members.FindIndex(static member => member.Name == "log/keys.json")] = ("log/keys.json", keys));
        return new PackageVector($"bad/{name}", package, Trusting(log, Old));
    }
}
