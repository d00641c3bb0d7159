using Evidence.Core;
using Evidence.Core.Notes;
using Evidence.Core.Verification;

namespace Evidence.Client.Auditing;

/// <summary>The keys that may sign for the audited log, each at the sizes at which it was in force.</summary>
/// <param name="Origin">Name of the log.</param>
/// <param name="LogId">Its id on the ledger, by trust.json.</param>
/// <param name="Stated">What the node states, which counts where trust.json vouches for it; null when it states nothing that could be read.</param>
/// <param name="Accepted">The histories that trust.json vouches for: the one that is stated, or keys that it names by themselves.</param>
internal sealed record AuditedKeys(string Origin, Digest LogId, StatedLogKeys? Stated, IReadOnlyList<LogKeyHistory> Accepted)
{
    /// <summary>All keys that are accepted, oldest first.</summary>
    internal IReadOnlyList<VerifierKey> All => [.. Accepted.SelectMany(static keys => keys.Keys).Distinct()];

    /// <summary>How the key was handed on, as far as that is proven.</summary>
    internal IEnumerable<RotationNote> Rotations => Accepted.SelectMany(static keys => keys.Rotations);

    /// <summary>The key that signed the note and was in force at this size; null when none did.</summary>
    internal VerifierKey? SignerOf(SignedNote note, ulong size) => Accepted.Select(keys => keys.SignerOf(note, size)).FirstOrDefault(static key => key is not null);

    /// <summary>The key of the log that signed the note at whatever size; null when none did.</summary>
    internal VerifierKey? SignerOf(SignedNote note) => All.FirstOrDefault(note.IsSignedBy);
}
