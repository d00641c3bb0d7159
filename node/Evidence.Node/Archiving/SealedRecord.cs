using Evidence.Storage;

namespace Evidence.Node.Archiving;

/// <summary>A record that is sealed and on its way to the medium.</summary>
/// <param name="Staged">Its parts; to be disposed when it is stored, or was not.</param>
/// <param name="Received">Time of receipt as it stands in the seal.</param>
/// <param name="Signature">What its signatures came to.</param>
/// <param name="Appending">Ends when it is stored.</param>
internal sealed record SealedRecord(StagedRecord Staged, DateTimeOffset Received, string Signature, Task<Appended> Appending);
