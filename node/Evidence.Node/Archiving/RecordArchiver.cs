using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>Takes records into this node's own log.</summary>
internal sealed class RecordArchiver(OwnLogAppender appender, SignatureGate signatures, TimeProvider time)
{
    /// <summary>Begins an upload.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, or the node takes no records at present.</exception>
    internal RecordUpload Begin(string submitter, RecordDescription description) => new(appender, signatures, time, submitter, description);
}
