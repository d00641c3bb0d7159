namespace Evidence.Node.Archiving;

/// <summary>What one record may have. The seal names every part and has at most 65,535 bytes, which bounds their number.</summary>
internal static class ArchiveLimits
{
    /// <summary>Parts that a client may send in one record.</summary>
    internal const int MaxParts = 250;

    /// <summary>Bytes of one chunk.</summary>
    internal const int MaxChunkBytes = 1 << 20;

    /// <summary>Bytes of one request message: a chunk, or a whole record, with its framing.</summary>
    internal const int MaxMessageBytes = 4 << 20;

    /// <summary>Bytes of a signature, certificates or timestamp part, which is held in memory to be checked.</summary>
    internal const int MaxSmallPartBytes = 1 << 20;

    /// <summary>Bytes of all such parts of one record together.</summary>
    internal const int MaxSmallBytes = 8 << 20;

    /// <summary>Bytes of an original file name, as in most file systems.</summary>
    internal const int MaxFileNameBytes = 255;

    /// <summary>Characters of a media type.</summary>
    internal const int MaxMediaTypeLength = 127;

    /// <summary>Characters of a submitter's name.</summary>
    internal const int MaxSubmitterLength = 256;

    /// <summary>Characters of one text of a description.</summary>
    internal const int MaxTextLength = 4096;

    /// <summary>Entries in a description's free fields.</summary>
    internal const int MaxFields = 100;
}
