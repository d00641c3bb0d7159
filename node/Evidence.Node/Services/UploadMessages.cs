using Evidence.Core.Seals;
using Evidence.Node.Access;
using Evidence.Node.Archiving;
using Evidence.Node.Archiving.Uploads;
using Evidence.Storage.Uploads;
using Evidence.V1;
using Google.Protobuf;
using PartRole = Evidence.Core.Seals.PartRole;

namespace Evidence.Node.Services;

/// <summary>Records that come in, and their receipts, as messages of the wire contract.</summary>
internal static class UploadMessages
{
    internal static PartHeading Heading(PartHeader part) =>
        new(RoleOf(part.Role), part.FileName.ToByteArray(), part.MediaType, part.Of, part.Type, part.Size);

    internal static RecordHeader Header(ArchiveHeader header) => new(header.Submitter, Describe(header.Description));

    internal static RecordDescription Describe(Description? description) => description is null
        ? RecordDescription.Empty
        : new RecordDescription(
            description.Title, description.Fonds, description.Series, description.FileNumber, description.RetentionPeriod, description.SecurityClass,
            description.Fields.Count == 0 ? RecordDescription.Empty.Fields : description.Fields.ToDictionary());

    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the message is no record. PERMISSION_DENIED: the caller may not file it in this name.</exception>
    internal static WholeRecord Whole(ArchiveRecordRequest? request, CallAccess access)
    {
        if (request?.Header is not { } header) throw ServiceCall.InvalidArgument("The record has no header.");
        var parts = new Archiving.WholePart[request.Parts.Count];
        for (var i = 0; i < parts.Length; i++) parts[i] = Whole(request.Parts[i]);
        return new WholeRecord(access.SubmitterOf(header.Submitter), Describe(header.Description), parts);
    }

    internal static ArchiveResponse Receipt(ArchivedRecord record, string log) => new()
    {
        Record = record.Record.ToString(),
        Log = log,
        Leaf = record.Leaf,
        SealSha256 = ByteString.CopyFrom(record.SealSha256.ToArray()),
        ReceivedUnixMs = record.Received.ToUnixTimeMilliseconds(),
        State = AnchorState.Sealed,
        Signature = record.Signature,
    };

    internal static UploadedPart Part(UploadPart part) => new()
    {
        Role = (V1.PartRole)(part.Role + 1),
        FileName = ByteString.CopyFrom(UploadLabels.HeadingOf(part).FileName),
        Size = part.Announced,
        Received = part.Size,
        Ended = part.Ended,
    };

    private static Archiving.WholePart Whole(V1.WholePart part) => part.Header is { } header
        ? new Archiving.WholePart(Heading(header), part.Data.Memory)
        : throw ServiceCall.InvalidArgument("A part of the record has no header.");

    private static PartRole RoleOf(V1.PartRole role) => role switch
    {
        V1.PartRole.Content => PartRole.Content,
        V1.PartRole.Signature => PartRole.Signature,
        V1.PartRole.Certificates => PartRole.Certificates,
        V1.PartRole.Timestamp => PartRole.Timestamp,
        V1.PartRole.Metadata => throw ServiceCall.InvalidArgument("The metadata part is made by the node: send the description in the header."),
        _ => throw ServiceCall.InvalidArgument($"A part has the role {role}: content, signature, certificates or timestamp is expected."),
    };
}
