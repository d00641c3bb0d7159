using System.Numerics;
using Evidence.Core;
using Evidence.Core.Crypto;

namespace Evidence.Ledger.State;

/// <summary>A place in a contract's storage, as Solidity lays state out ("Layout of State Variables in Storage").</summary>
internal readonly struct StorageSlot
{
    private readonly byte[] _position;

    private StorageSlot(byte[] position) => _position = position;

    /// <summary>The position, 32 bytes.</summary>
    internal byte[] Position => _position;

    /// <summary>Where a list or a long text that is declared here keeps its items.</summary>
    internal StorageSlot Items => new(Keccak256.Hash(_position));

    internal static StorageSlot At(byte index) => new([.. new byte[31], index]);

    /// <summary>The entry of the mapping that is declared here.</summary>
    internal StorageSlot Of(Digest key) => new(Keccak256.Hash([.. key.ToArray(), .. _position]));

    /// <inheritdoc cref="Of(Digest)"/>
    internal StorageSlot Of(byte[] address) => new(Keccak256.Hash([.. new byte[12], .. address, .. _position]));

    /// <summary>So many slots further.</summary>
    internal StorageSlot Plus(ulong slots)
    {
        // Positions wrap around at 2^256.
        var sum = (new BigInteger(_position, isUnsigned: true, isBigEndian: true) + slots) & ((BigInteger.One << 256) - 1);
        var bytes = sum.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new StorageSlot([.. new byte[32 - bytes.Length], .. bytes]);
    }
}
