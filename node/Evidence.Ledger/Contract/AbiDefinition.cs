using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Evidence.Ledger.Abi;
using Evidence.Ledger.Rpc;

namespace Evidence.Ledger.Contract;

/// <summary>A function or a custom error of the contract, from its ABI.</summary>
internal sealed record AbiDefinition(string Name, IReadOnlyList<(string Name, string Type)> Inputs)
{
    internal byte[] Selector { get; } = FunctionCall.Selector($"{Name}({string.Join(',', Inputs.Select(input => input.Type))})");

    internal static AbiDefinition Of(JsonElement entry) =>
        new(entry.Text("name"), [.. entry.Items("inputs").Select(input => (input.Text("name").TrimEnd('_'), input.Text("type")))]);

    /// <summary>The arguments as text, in order.</summary>
    /// <exception cref="FormatException">The data is not of these arguments, or one of them is of a type that has no text here.</exception>
    internal IReadOnlyList<string> Arguments(AbiReader data) => [.. Inputs.Select((input, i) => Argument(data, i, input.Type))];

    /// <summary>As a call is written: name and named arguments.</summary>
    internal string Text(IReadOnlyList<string> arguments) => $"{Name}({string.Join(", ", Inputs.Zip(arguments, (input, value) => $"{input.Name} = {value}"))})";

    private static string Argument(AbiReader data, int index, string type) => type switch
    {
        "address" => AccountAddress.Format(data.Address(index)),
        "uint64" or "uint256" => new BigInteger(data.Word(index), isUnsigned: true, isBigEndian: true).ToString(CultureInfo.InvariantCulture),
        "bytes32" => Hex.Data(data.Word(index)),
        "string" => data.Text(index),
        "address[]" => $"[{string.Join(", ", data.Addresses(index))}]",
        _ => throw new FormatException($"Arguments of type {type} are not known."),
    };
}
