using Evidence.V1;

namespace Evidence.Client;

/// <summary>A record to be filed.</summary>
/// <param name="Submitter">Who files it; empty: the caller, as the node knows it by token or certificate.</param>
/// <param name="Description">What the archive says of it.</param>
/// <param name="Parts">Content, signatures, certificates and timestamps, in the order in which they are sent.</param>
public sealed record RecordDraft(string Submitter, Description Description, IReadOnlyList<DraftPart> Parts);
