using Evidence.Core.Seals;

namespace Evidence.Node.Archiving;

/// <summary>A record that came as a whole.</summary>
/// <param name="Submitter">Who files it.</param>
/// <param name="Description">What the archive says of it.</param>
/// <param name="Parts">Its parts, in the order in which they are stored.</param>
internal sealed record WholeRecord(string Submitter, RecordDescription Description, IReadOnlyList<WholePart> Parts);

/// <summary>A part with its bytes.</summary>
/// <param name="Heading">What the client says of it.</param>
/// <param name="Data">Its bytes; they must stay as they are until the record is archived.</param>
internal sealed record WholePart(PartHeading Heading, ReadOnlyMemory<byte> Data);
