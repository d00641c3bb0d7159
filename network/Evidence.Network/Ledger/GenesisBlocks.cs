using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Evidence.Network.Ledger;

/// <summary>
/// Block 0 in the chain's state file. Every start of anvil makes a block 0 of that second beside the ones that it loads, and writes all of
/// them, in no order; of several, whichever it loads last is then the genesis that it shows, and the chain looks like another one.
/// </summary>
internal static class GenesisBlocks
{
    /// <summary>The state with the oldest block 0 alone, which is the one that the chain began with; null when there is nothing to remove.</summary>
    internal static byte[]? OnlyTheFirst(byte[] state)
    {
        if (JsonNode.Parse(state) is not JsonObject root || root["blocks"] is not JsonArray blocks) return null;
        var others = blocks.Where(b => Number(b, "number") == 0).OrderBy(b => Number(b, "timestamp")).Skip(1).ToArray();
        if (others.Length == 0) return null;
        foreach (var other in others) blocks.Remove(other);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    private static ulong? Number(JsonNode? block, string field) =>
        block is JsonObject && block["header"] is JsonObject header && header[field] is JsonValue value
        && value.TryGetValue<string>(out var hex) && hex.StartsWith("0x", StringComparison.Ordinal)
        && ulong.TryParse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;
}
