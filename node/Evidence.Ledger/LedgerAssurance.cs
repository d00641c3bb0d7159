namespace Evidence.Ledger;

/// <summary>On what it rests, what the ledger is said to hold of a log.</summary>
public enum LedgerAssurance
{
    /// <summary>On one endpoint's word.</summary>
    Believed,

    /// <summary>On two endpoints or more that say the same after the same block.</summary>
    Agreed,

    /// <summary>On a proof against the state root of a block that the validators in trust.json have sealed. That no newer block was withheld is not proven by it.</summary>
    Proven,
}

/// <summary>An endpoint that answered falsely and is asked only where no other answers.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Reason">What was false.</param>
public sealed record SetAsideEndpoint(Uri Endpoint, string Reason);
