using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evidence.Core.Json;
using Evidence.Tests.Package;

namespace Evidence.Tests.VerifyJs;

/// <summary>Changes of packages by a seeded hand: of bytes, of whole members, of what members say; with the container made to fit again or not.</summary>
internal sealed class PackageMutations(Random random)
{
    internal FuzzCase Mutate(FuzzCase sound, IReadOnlyList<FuzzCase> others)
    {
        if (random.Next(3) == 0)
        {
            var (flip, bytes) = Bytes(sound.Package);
            return new FuzzCase($"{sound.Name}: {flip}", bytes, sound.Trust, IsSound: bytes.AsSpan().SequenceEqual(sound.Package));
        }

        var (how, package) = random.Next(2) == 0 ? Members(sound.Package, others[random.Next(others.Count)].Package) : Fields(sound.Package);
        return new FuzzCase($"{sound.Name}: {how}", package, sound.Trust, IsSound: Claims(package).SequenceEqual(Claims(sound.Package)));
    }

    /// <summary>What a package claims. Which roots an archive accepts is its own business, and so is which signatures it passes on beside those that are asked for.</summary>
    private static IEnumerable<(string Name, string Bytes)> Claims(byte[] package) => PackageForge.Members(package)
        .Where(static member => member.Name is not ("signature-roots.pem" or PackageForge.Manifest))
        .Select(static member => (member.Name, Encoding.Latin1.GetString(member.Bytes)))
        .Select(static member => (member.Name, member.Name.EndsWith("-proof", StringComparison.Ordinal) && member.Item2.LastIndexOf("\n\n", StringComparison.Ordinal) is > 0 and var end ? member.Item2[..end] : member.Item2));

    /// <summary>Changes of a file of which nothing is known.</summary>
    internal (string How, byte[] Changed) Bytes(byte[] bytes)
    {
        if (bytes.Length == 0) return ("nothing to change", bytes);
        var (at, length) = (random.Next(bytes.Length), random.Next(1, 40));
        var end = Math.Min(bytes.Length, at + length);
        var other = random.Next(bytes.Length);
        return random.Next(7) switch
        {
            0 => Put(bytes, at, (byte)(bytes[at] ^ 1 << random.Next(8))),
            1 => Put(bytes, at, (byte)random.Next(256)),
            2 => ($"{end - at} bytes left out at {at}", [.. bytes[..at], .. bytes[end..]]),
            3 => ($"a byte put in at {at}", [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]),
            4 => ($"cut at {at}", bytes[..at]),
            5 => ($"bytes {at} to {end} doubled", [.. bytes[..end], .. bytes[at..]]),
            _ => ($"bytes {at} to {end} put in at {other}", [.. bytes[..other], .. bytes[at..end], .. bytes[other..]]),
        };
    }

    private (string, byte[]) Members(byte[] package, byte[] other)
    {
        var members = PackageForge.Members(package);
        var (i, j) = (random.Next(members.Count), random.Next(members.Count));
        var strangers = PackageForge.Members(other);
        var stranger = strangers[random.Next(strangers.Count)];
        var how = random.Next(7);
        switch (how)
        {
            case 0: members.RemoveAt(i); break;
            case 1: members.Insert(j, members[i]); break;
            case 2: (members[i], members[j]) = (members[j], members[i]); break;
            case 3: members[i] = (members[j].Name, members[i].Bytes); break;
            case 4: members.Insert(j, stranger); break;
            case 5: members[i] = (members[i].Name, stranger.Bytes); break;
            default: members[i] = (Encoding.Latin1.GetString(Bytes(Encoding.Latin1.GetBytes(members[i].Name)).Changed), members[i].Bytes); break;
        }

        return ($"members, way {how}, {i} and {j}", Fit(members));
    }

    private (string, byte[]) Fields(byte[] package)
    {
        var members = PackageForge.Members(package);
        var i = random.Next(members.Count);
        var (name, bytes) = members[i];
        var (how, changed) = random.Next(2) == 0 ? ("a value", new FieldEdits(random).Edit(name, bytes)) : name.EndsWith(".json", StringComparison.Ordinal) && random.Next(4) > 0 ? ("a field", Json(bytes)) : name.EndsWith("-proof", StringComparison.Ordinal) && random.Next(3) > 0 ? ("a line", Line(bytes)) : Bytes(bytes);
        members[i] = (name, changed);
        return ($"{how} in {name}", Fit(members));
    }

    /// <summary>Mostly as a forger who knows the format would.</summary>
    private byte[] Fit(List<(string Name, byte[] Bytes)> members) => random.Next(4) == 0 ? PackageForge.Raw(members) : PackageForge.Fitted(members);

    /// <summary>One value in a JSON document, which is canonical again afterwards.</summary>
    private byte[] Json(byte[] bytes)
    {
        var document = JsonNode.Parse(bytes)!;
        var values = Values(document).ToList();
        if (values.Count == 0) return Bytes(bytes).Changed;
        var value = values[random.Next(values.Count)];
        if (random.Next(8) == 0 && value.Parent is JsonObject owner) owner.Remove(value.GetPropertyName());
        else value.ReplaceWith(Other(value));
        return CanonicalJson.Serialize(document);
    }

    private JsonNode Other(JsonNode value)
    {
        if (value.GetValueKind() == JsonValueKind.Number) return value.GetValue<long>() is var number && random.Next(4) == 0 ? JsonValue.Create($"{number}") : JsonValue.Create(Math.Abs(number + random.Next(-2, 3)));
        var text = value.ToString();
        if (text.Length == 0) return JsonValue.Create("x");
        var at = random.Next(text.Length);
        return random.Next(5) switch
        {
            0 => JsonValue.Create(text[..at]),
            1 => JsonValue.Create(text + text[at]),
            2 => JsonValue.Create(random.Next(10)),
            _ => JsonValue.Create($"{text[..at]}{"0123456789abcdefxyzA/+=\n:"[random.Next(25)]}{text[(at + 1)..]}"),
        };
    }

    private static IEnumerable<JsonNode> Values(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(static member => Values(member.Value)),
        JsonArray items => items.SelectMany(Values),
        null => [],
        _ => [node],
    };

    private byte[] Line(byte[] bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n').ToList();
        var (i, j) = (random.Next(lines.Count), random.Next(lines.Count));
        switch (random.Next(4))
        {
            case 0: lines.RemoveAt(i); break;
            case 1: lines.Insert(j, lines[i]); break;
            case 2: (lines[i], lines[j]) = (lines[j], lines[i]); break;
            default: lines[i] = Encoding.UTF8.GetString(Bytes(Encoding.UTF8.GetBytes(lines[i])).Changed); break;
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private static (string How, byte[] Changed) Put(byte[] bytes, int at, byte value)
    {
        var changed = bytes.ToArray();
        changed[at] = value;
        return ($"byte {at} from {bytes[at]:x2} to {value:x2}", changed);
    }
}
