using Evidence.Core.Notes;

namespace Evidence.Node.Configuration;

/// <summary>A witness that is asked for cosignatures (C2SP tlog-witness).</summary>
/// <param name="Key">Its key, algorithm 0x04.</param>
/// <param name="Prefix">Its submission prefix; https, or http on loopback.</param>
internal sealed record WitnessOptions(VerifierKey Key, Uri Prefix);
