using System.Text.Json.Nodes;
using Evidence.Core.Seals;
using Evidence.Storage.Uploads;

namespace Evidence.Node.Archiving.Uploads;

/// <summary>What the node notes beside the bytes of an upload, so that it can go on after a restart.</summary>
internal static class UploadLabels
{
    internal static JsonObject Of(RecordHeader header) => new()
    {
        ["submitter"] = header.Submitter,
        ["title"] = header.Description.Title,
        ["fonds"] = header.Description.Fonds,
        ["series"] = header.Description.Series,
        ["fileNumber"] = header.Description.FileNumber,
        ["retentionPeriod"] = header.Description.RetentionPeriod,
        ["securityClass"] = header.Description.SecurityClass,
        ["fields"] = new JsonObject(header.Description.Fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
    };

    internal static RecordHeader HeaderOf(UploadState state) => new(
        Text(state.Label, "submitter"),
        new RecordDescription(
            Text(state.Label, "title"), Text(state.Label, "fonds"), Text(state.Label, "series"), Text(state.Label, "fileNumber"), Text(state.Label, "retentionPeriod"),
            Text(state.Label, "securityClass"), state.Label["fields"]!.AsObject().ToDictionary(f => f.Key, f => (string)f.Value!)));

    internal static JsonObject Of(PartHeading heading) => new()
    {
        ["fileName"] = Convert.ToBase64String(heading.FileName),
        ["mediaType"] = heading.MediaType,
        ["of"] = heading.Of,
        ["type"] = heading.Type,
    };

    internal static PartHeading HeadingOf(UploadPart part) => new(
        part.Role, Convert.FromBase64String(Text(part.Label, "fileName")), Text(part.Label, "mediaType"), (uint)part.Label["of"]!, Text(part.Label, "type"), part.Announced);

    internal static JsonObject Outcome(string signature) => new() { ["signature"] = signature };

    internal static string SignatureOf(JsonObject outcome) => Text(outcome, "signature");

    private static string Text(JsonObject label, string name) => (string)label[name]!;
}
