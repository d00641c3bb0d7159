using System.Text;
using Evidence.Client;
using Evidence.V1;

namespace Evidence.Cli.Archiving;

/// <summary>Makes what is sent to the node for one file.</summary>
internal static class DraftBuilder
{
    private const string Pem = "application/x-pem-file";

    internal static RecordDraft Make(DraftFile file, string submitter, Description description)
    {
        var parts = new List<DraftPart> { Part(PartRole.Content, file.Content, MediaTypes.Of(file.Content.Name), 0, "") };
        if (file.Signature is not null) parts.Add(Part(PartRole.Signature, file.Signature, "", 1, file.Type!));
        if (file.Certificates is not null) parts.Add(Part(PartRole.Certificates, file.Certificates, Pem, 1, ""));
        return new RecordDraft(submitter, description, parts);
    }

    private static DraftPart Part(PartRole role, FileInfo file, string mediaType, uint of, string type) =>
        new(role, Encoding.UTF8.GetBytes(file.Name), mediaType, of, type, file.OpenRead, file.Length);
}
