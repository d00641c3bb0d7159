using System.Numerics;
using Evidence.Core.Chain;
using Evidence.Core.Crypto;

namespace Evidence.Ledger.Transactions;

/// <summary>A transaction before it is signed. No value is ever sent.</summary>
/// <param name="ChainId">EIP-155 chain id.</param>
/// <param name="Nonce">Number of the sender's transactions before this one.</param>
/// <param name="To">The contract, 20 bytes; empty to deploy one.</param>
/// <param name="Data">Call data, or the code that deploys.</param>
/// <param name="GasLimit">Most gas that it may use.</param>
/// <param name="Fee">What it offers for gas.</param>
internal sealed record Transaction(ulong ChainId, ulong Nonce, byte[] To, byte[] Data, ulong GasLimit, GasFee Fee)
{
    private const byte DynamicFeeType = 2;

    internal SignedTransaction Sign(OperatorKey key)
    {
        var raw = Fee.MaxFee is { } maxFee ? SignDynamicFee(key, maxFee) : SignLegacy(key);
        return new SignedTransaction(raw, Keccak256.Hash(raw), Nonce);
    }

    /// <summary>EIP-1559: 0x02 || rlp([chain_id, nonce, max_priority_fee, max_fee, gas, to, value, data, access_list, y_parity, r, s]).</summary>
    private byte[] SignDynamicFee(OperatorKey key, BigInteger maxFee)
    {
        byte[][] fields =
        [
            Rlp.Encode(ChainId), Rlp.Encode(Nonce), Rlp.Encode(Fee.Price), Rlp.Encode(maxFee), Rlp.Encode(GasLimit),
            Rlp.Encode(To), Rlp.Encode(0UL), Rlp.Encode(Data), Rlp.EncodeList([]),
        ];
        var (r, s, recoveryId) = key.Sign(Keccak256.Hash([DynamicFeeType, .. Rlp.EncodeList(fields)]));
        return [DynamicFeeType, .. Rlp.EncodeList([.. fields, Rlp.Encode((ulong)recoveryId), Integer(r), Integer(s)])];
    }

    /// <summary>EIP-155: the chain id is signed in the place of the signature, and v = recovery id + 35 + 2 * chain id.</summary>
    private byte[] SignLegacy(OperatorKey key)
    {
        byte[][] fields =
            [Rlp.Encode(Nonce), Rlp.Encode(Fee.Price), Rlp.Encode(GasLimit), Rlp.Encode(To), Rlp.Encode(0UL), Rlp.Encode(Data)];
        var (r, s, recoveryId) = key.Sign(Keccak256.Hash(Rlp.EncodeList([.. fields, Rlp.Encode(ChainId), Rlp.Encode(0UL), Rlp.Encode(0UL)])));
        return Rlp.EncodeList([.. fields, Rlp.Encode((BigInteger)ChainId * 2 + 35 + recoveryId), Integer(r), Integer(s)]);
    }

    private static byte[] Integer(byte[] bigEndian) => Rlp.Encode(new BigInteger(bigEndian, isUnsigned: true, isBigEndian: true));
}

/// <summary>What a transaction offers for gas, in wei.</summary>
/// <param name="Price">The gas price of a legacy transaction, the tip of an EIP-1559 one.</param>
/// <param name="MaxFee">The most that an EIP-1559 transaction pays, base fee included; null for a legacy transaction.</param>
internal sealed record GasFee(BigInteger Price, BigInteger? MaxFee)
{
    /// <summary>How often a fee is raised at once: a quarter each time, so eightfold in the end.</summary>
    internal const int Raises = 10;

    /// <summary>A quarter more, which every client takes for a replacement (they ask for a tenth); at least 1 wei.</summary>
    internal GasFee Raised => new(Raise(Price), MaxFee is { } maxFee ? Raise(maxFee) : null);

    /// <summary>The larger of both, field by field.</summary>
    internal GasFee Over(GasFee other) => new(BigInteger.Max(Price, other.Price), MaxFee is { } maxFee ? BigInteger.Max(maxFee, other.MaxFee ?? other.Price) : null);

    private static BigInteger Raise(BigInteger fee) => fee + BigInteger.Max(BigInteger.One, fee / 4);

    /// <summary>Twice the base fee outlasts five full blocks in a row: each raises it by an eighth (EIP-1559).</summary>
    internal static GasFee For(BigInteger price, BigInteger? baseFee) => new(price, baseFee is { } fee ? 2 * fee + price : null);
}

/// <summary>A transaction as it is handed in.</summary>
internal sealed record SignedTransaction(byte[] Raw, byte[] Hash, ulong Nonce);
