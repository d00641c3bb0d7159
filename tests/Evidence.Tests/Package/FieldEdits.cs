using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Core.Json;

namespace Evidence.Tests.Package;

/// <summary>Changes by a forger who knows what a member means: what was changed can still be read, down to the values inside hexadecimal, base64, RLP and DER.</summary>
internal sealed class FieldEdits(Random random)
{
    /// <summary>The member with one change; what is of no known form is changed in one byte.</summary>
    internal byte[] Edit(string name, byte[] bytes)
    {
        if (name.EndsWith(".json", StringComparison.Ordinal)) return Json(bytes);
        if (name.EndsWith("-proof", StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(Note(Encoding.UTF8.GetString(bytes)));
        return bytes is [0x30, ..] ? new DerEdits(random).Edit(bytes) : Byte(bytes);
    }

    private byte[] Json(byte[] bytes)
    {
        if (random.Next(10) == 0) return DoubledMember(bytes);
        var document = JsonNode.Parse(bytes)!;
        var nodes = All(document).ToList();
        if (nodes.Count == 0) return Byte(bytes);
        var node = nodes[random.Next(nodes.Count)];
        if (node is JsonArray { Count: > 0 } items && random.Next(2) == 0) Items(items);
        else if (random.Next(6) == 0) Exchange(node, nodes[random.Next(nodes.Count)]);
        else if (node is JsonValue value) value.ReplaceWith(Value(value));
        else node.ReplaceWith<JsonNode>(random.Next(2) == 0 ? new JsonArray() : new JsonObject());
        return CanonicalJson.Serialize(document);
    }

    /// <summary>One member of the outermost object a second time, before the first or behind it: readers differ in which of them they take.</summary>
    private byte[] DoubledMember(byte[] bytes)
    {
        if (JsonNode.Parse(bytes) is not JsonObject { Count: > 0 } document) return Byte(bytes);
        var (name, value) = document.ElementAt(random.Next(document.Count));
        var again = $"{JsonValue.Create(name).ToJsonString()}:{(value is JsonValue own && random.Next(2) == 0 ? Value(own) : value)?.ToJsonString() ?? "null"}";
        var text = Encoding.UTF8.GetString(bytes);
        return Encoding.UTF8.GetBytes(random.Next(2) == 0 ? $"{{{again},{text[1..]}" : $"{text[..^1]},{again}}}");
    }

    private void Items(JsonArray items)
    {
        var (i, j) = (random.Next(items.Count), random.Next(items.Count));
        var item = items[i]?.DeepClone();
        if (random.Next(3) > 0) items.RemoveAt(i);
        if (random.Next(3) > 0) items.Insert(Math.Min(j, items.Count), item);
    }

    private static void Exchange(JsonNode a, JsonNode b)
    {
        var (first, second) = (a.DeepClone(), b.DeepClone());
        if (a.Parent is null || b.Parent is null || Holds(a, b) || Holds(b, a)) return;
        a.ReplaceWith(second);
        b.ReplaceWith(first);
    }

    private static bool Holds(JsonNode outer, JsonNode? inner) => inner is not null && (ReferenceEquals(outer, inner) || Holds(outer, inner.Parent));

    private JsonNode Value(JsonValue value)
    {
        if (value.GetValueKind() is JsonValueKind.Number) return JsonValue.Create(random.Next(3) == 0 ? random.NextInt64(1L << 53) : Math.Abs(value.GetValue<long>() + random.Next(-2, 3)));
        if (value.GetValueKind() is not JsonValueKind.String) return JsonValue.Create(random.Next(2) == 0);
        var text = value.GetValue<string>();
        if (text.Contains('\n', StringComparison.Ordinal)) return JsonValue.Create(Note(text));
        var prefix = text.StartsWith("0x", StringComparison.Ordinal) ? "0x" : "";
        if (text.Length > prefix.Length && text.Length % 2 == 0 && text[prefix.Length..].All(char.IsAsciiHexDigitLower)) return JsonValue.Create(prefix + Convert.ToHexStringLower(Binary(Convert.FromHexString(text[prefix.Length..]))));
        return JsonValue.Create(Encoding.Latin1.GetString(Byte(Encoding.Latin1.GetBytes(text))));
    }

    private byte[] Binary(byte[] bytes)
    {
        if (bytes is [> 0 and < 5, >= 0xc0, ..] && random.Next(10) > 0) return [bytes[0], .. Binary(bytes[1..])]; // a typed receipt
        if (bytes is not [>= 0xc0, ..] || random.Next(5) == 0) return Byte(bytes);
        try
        {
            return Rlp(Evidence.Core.Chain.Rlp.Decode(bytes));
        }
        catch (FormatException)
        {
            return Byte(bytes);
        }
    }

    /// <summary>One value of a list, at any depth, with the lengths around it made to fit.</summary>
    private byte[] Rlp(RlpItem item)
    {
        if (!item.IsList) return Evidence.Core.Chain.Rlp.Encode(Byte(item.Bytes.ToArray()));
        var items = item.Items.Select(static inner => inner.Raw.ToArray()).ToList();
        var (i, j) = (items.Count == 0 ? 0 : random.Next(items.Count), items.Count == 0 ? 0 : random.Next(items.Count));
        switch (items.Count == 0 ? 0 : random.Next(12))
        {
            case 0: items.Insert(i, [0x80]); break;
            case 1: items.RemoveAt(i); break;
            case 2: items.Insert(j, items[i]); break;
            case 3: (items[i], items[j]) = (items[j], items[i]); break;
            default: items[i] = Rlp(item.Items[i]); break;
        }

        return Evidence.Core.Chain.Rlp.EncodeList(items);
    }

    /// <summary>One line of a signed note or a proof: moved, doubled, left out, or with a byte changed inside its base64.</summary>
    private string Note(string text)
    {
        var lines = text.Split('\n').ToList();
        var (i, j) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(8))
        {
            case 0: lines.RemoveAt(i); break;
            case 1: lines.Insert(j, lines[i]); break;
            case 2: (lines[i], lines[j]) = (lines[j], lines[i]); break;
            default: lines[i] = Base64(lines[i]); break;
        }

        return string.Join('\n', lines);
    }

    private string Base64(string line)
    {
        var at = line.LastIndexOf(' ') + 1;
        var bytes = new byte[line.Length];
        if (at < line.Length && Convert.TryFromBase64String(line[at..], bytes, out var length) && length > 0) return line[..at] + Convert.ToBase64String(Byte(bytes[..length]));
        return long.TryParse(line, out var number) ? $"{number + random.Next(-2, 3)}" : Encoding.UTF8.GetString(Byte(Encoding.UTF8.GetBytes(line)));
    }

    private byte[] Byte(byte[] bytes)
    {
        if (bytes.Length == 0) return [(byte)random.Next(256)];
        var at = random.Next(bytes.Length);
        return random.Next(6) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
            _ => [.. bytes[..at], (byte)(bytes[at] ^ 1 << random.Next(8)), .. bytes[(at + 1)..]],
        };
    }

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        null => [],
        JsonObject members => members.SelectMany(static member => All(member.Value)).Append(node),
        JsonArray items => items.SelectMany(All).Append(node),
        _ => [node],
    };
}
