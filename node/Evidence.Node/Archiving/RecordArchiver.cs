using Evidence.Core.Seals;
using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>Takes records into this node's own log. Without an appender the gate is closed.</summary>
internal sealed class RecordArchiver(RecordAppender? appender, SignatureGate signatures, AppendGate gate, TimeProvider time)
{
    /// <summary>Begins an upload.</summary>
    /// <exception cref="ArchiveRefusedException">The header is wrong, or the node takes no records at present.</exception>
    internal RecordUpload Begin(string submitter, RecordDescription description)
    {
        gate.Check();
        return new RecordUpload(appender!, signatures, gate, time, submitter, description);
    }
}
