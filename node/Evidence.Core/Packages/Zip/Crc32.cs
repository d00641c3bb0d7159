using System.Buffers.Binary;

namespace Evidence.Core.Packages.Zip;

/// <summary>CRC-32 as zip uses it (APPNOTE 4.4.7, polynomial 0xEDB88320), eight bytes a step. The framework has it only inside its own archive classes.</summary>
internal struct Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The checksum of what was appended; of nothing it is 0.</summary>
    internal uint Value { get; private set; }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = ~Value;
        while (bytes.Length >= 8)
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = Tables[7][low & 0xff] ^ Tables[6][(low >> 8) & 0xff] ^ Tables[5][(low >> 16) & 0xff] ^ Tables[4][low >> 24]
                ^ Tables[3][bytes[4]] ^ Tables[2][bytes[5]] ^ Tables[1][bytes[6]] ^ Tables[0][bytes[7]];
            bytes = bytes[8..];
        }

        foreach (var value in bytes) crc = (crc >> 8) ^ Tables[0][(crc ^ value) & 0xff];
        Value = ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var t = 0; t < tables.Length; t++)
        {
            tables[t] = new uint[256];
            for (uint i = 0; i < 256; i++) tables[t][i] = t == 0 ? Reduce(i) : (tables[t - 1][i] >> 8) ^ tables[0][tables[t - 1][i] & 0xff];
        }

        return tables;
    }

    private static uint Reduce(uint value)
    {
        for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
        return value;
    }
}
