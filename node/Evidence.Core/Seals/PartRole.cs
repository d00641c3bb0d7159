namespace Evidence.Core.Seals;

/// <summary>What a part is within its record.</summary>
public enum PartRole
{
    /// <summary>A file of the record's content; members c0001, c0002, …</summary>
    Content,

    /// <summary>A signature value over one content part: CMS detached or raw; members s0001, …</summary>
    Signature,

    /// <summary>The certificate chain of one signature part, PEM, end entity first; members k0001, …</summary>
    Certificates,

    /// <summary>An RFC 3161 timestamp token; members t0001, …</summary>
    Timestamp,

    /// <summary>Salted metadata, original file names among it; member m0001.</summary>
    Metadata,
}
