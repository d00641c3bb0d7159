using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>A custom error of the contract, from its ABI.</summary>
internal sealed record ErrorDefinition(string Name, IReadOnlyList<(string Name, string Type)> Inputs)
{
    internal byte[] Selector { get; } = FunctionCall.Selector($"{Name}({string.Join(',', Inputs.Select(input => input.Type))})");

    internal static ErrorDefinition Of(JsonElement entry) =>
        new(entry.Text("name"), [.. entry.Items("inputs").Select(input => (input.Text("name"), input.Text("type")))]);

    /// <summary>The arguments as text, in order.</summary>
    internal IReadOnlyList<string> Arguments(AbiReader data) => [.. Inputs.Select((input, i) => Argument(data, i, input.Type))];

    private static string Argument(AbiReader data, int index, string type) => type switch
    {
        "address" => AccountAddress.Format(data.Address(index)),
        "uint64" or "uint256" => new BigInteger(data.Word(index), isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture),
        "bytes32" => Hex.Data(data.Word(index)),
        "string" => data.Text(index),
        _ => throw new FormatException($"Custom errors with arguments of type {type} are not known."),
    };
}
