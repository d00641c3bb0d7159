using Evidence.Client;
using Evidence.V1;

namespace Evidence.Cli.Archiving;

/// <summary>Makes what is sent to the node for one file.</summary>
internal static class DraftBuilder
{
    private const string Pem = "application/x-pem-file";

    /// <exception cref="IOException">A file is not there any more.</exception>
    internal static RecordDraft Make(DraftFile file, string submitter, Description template)
    {
        var description = new Description(template) { Title = template.Title.Length > 0 ? template.Title : file.Content.Name };
        var parts = new List<DraftPart>(1) { DraftPart.FromFile(file.Content.FullName, PartRole.Content, MediaTypes.Of(file.Content.Name)) };
        if (file.Signature is not null) parts.Add(DraftPart.FromFile(file.Signature.FullName, PartRole.Signature, "", 1, file.Type!));
        if (file.Certificates is not null) parts.Add(DraftPart.FromFile(file.Certificates.FullName, PartRole.Certificates, Pem, 1));
        return new RecordDraft(submitter, description, parts);
    }
}
