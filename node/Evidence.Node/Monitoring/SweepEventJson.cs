using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Core.Verification;
using Evidence.Node.Monitoring.Alerting;

namespace Evidence.Node.Monitoring;

/// <summary>The events of sweeps.log: one when a sweep begins and one, with its report, when it ends.</summary>
internal static class SweepEventJson
{
    private const string Started = "started", Ended = "ended";

    internal static byte[] Encode(SweepState sweep)
    {
        var json = new JsonObject
        {
            ["event"] = sweep.HasEnded ? Ended : Started,
            ["sweep"] = sweep.Id,
            ["started"] = AlertEventJson.Time(sweep.Started),
        };
        if (sweep.HasEnded) Report(json, sweep);
        return CanonicalJson.Serialize(json);
    }

    private static void Report(JsonObject json, SweepState sweep)
    {
        json["ended"] = AlertEventJson.Time(sweep.Ended!.Value);
        json["stage"] = sweep.Stage.ToString();
        json["outcome"] = sweep.Outcome.ToString();
        json["bytesTotal"] = sweep.BytesTotal;
        json["bytesRead"] = sweep.BytesRead;
        json["recordsChecked"] = sweep.RecordsChecked;
        json["recordsDamaged"] = sweep.RecordsDamaged;
        json["repaired"] = sweep.Repaired;
        json["findings"] = FindingJson.Of(sweep.Findings);
        json["findingsTotal"] = sweep.FindingsTotal;
        json["cacheExcluded"] = sweep.CacheExcluded;
        json["bytesKept"] = sweep.BytesKept;
        json["recordsKept"] = sweep.RecordsKept;
        json["allSwept"] = sweep.AllSwept;
        json["error"] = sweep.Error;
    }

    /// <exception cref="FormatException">The payload is not an event of this journal.</exception>
    internal static SweepState Decode(ReadOnlySpan<byte> payload)
    {
        var json = CanonicalJson.Parse(payload);
        var sweep = new SweepState(FindingJson.Text(json, "sweep"), SweepStage.Scan, AlertEventJson.ReadTime(json, "started"));
        if (FindingJson.Text(json, "event") != Ended) return sweep;
        return sweep with
        {
            Ended = AlertEventJson.ReadTime(json, "ended"),
            Stage = FindingJson.Word<SweepStage>(json, "stage"),
            Outcome = FindingJson.Word<Outcome>(json, "outcome"),
            BytesTotal = Number(json, "bytesTotal"),
            BytesRead = Number(json, "bytesRead"),
            RecordsChecked = Number(json, "recordsChecked"),
            RecordsDamaged = Number(json, "recordsDamaged"),
            Repaired = Number(json, "repaired"),
            Findings = FindingJson.List(json["findings"]),
            FindingsTotal = Number(json, "findingsTotal"),
            CacheExcluded = (bool?)json["cacheExcluded"] ?? throw new FormatException("'cacheExcluded' is missing."),
            BytesKept = (long?)json["bytesKept"] ?? 0, // earlier reports have none
            RecordsKept = (long?)json["recordsKept"] ?? 0,
            AllSwept = (bool?)json["allSwept"] ?? false, // nobody can say any more
            Error = FindingJson.Text(json, "error"),
        };
    }

    private static long Number(JsonNode json, string name) => (long?)json[name] ?? throw new FormatException($"'{name}' is missing.");
}
