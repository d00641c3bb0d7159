using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>What the client says of a record before its parts.</summary>
/// <param name="Submitter">Who files it.</param>
/// <param name="Description">What the archive says of it.</param>
internal sealed record RecordHeader(string Submitter, RecordDescription Description);
