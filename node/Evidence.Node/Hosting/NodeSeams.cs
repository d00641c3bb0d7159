using Evidence.Ledger;

namespace Evidence.Node.Hosting;

/// <summary>What lies outside a node: the clock and the ledger.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Ledger">The ledger; null: the one of the configuration, if any.</param>
internal sealed record NodeSeams(TimeProvider Time, ILedger? Ledger = null);
