using Evidence.Core;

namespace Evidence.Storage.Proofs;

/// <summary>What the writer of a proof file knows of it, whatever is on the medium.</summary>
/// <param name="Count">Number of entries.</param>
/// <param name="Head">The hash of the last line; 32 zero bytes without any.</param>
/// <param name="Rewrites">How often the file was written anew since it was opened: what was read of it before may be otherwise now.</param>
public readonly record struct ProofFileState(long Count, Digest Head, int Rewrites);
