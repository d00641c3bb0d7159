namespace Evidence.Core.Chain.Consensus;

/// <summary>How a chain agrees on its blocks, as trust.json and node.json name it.</summary>
public static class ConsensusNames
{
    /// <summary>A development chain: nobody seals its blocks.</summary>
    public const string None = "none";

    /// <summary>Clique (EIP-225): one seal in each block; what later signers build on stands, and is not final.</summary>
    public const string Clique = "clique";

    /// <summary>QBFT: commit seals of two thirds of the validators in each header; final at once.</summary>
    public const string Qbft = "qbft";

    /// <summary>IBFT 2.0: like QBFT, with another encoding of the extra data.</summary>
    public const string Ibft2 = "ibft2";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [None, Clique, Qbft, Ibft2];

    /// <summary>Whether headers carry commit seals, and so are final by themselves.</summary>
    public static bool HasCommitSeals(string consensus) => consensus is Qbft or Ibft2;
}
