using System.Buffers.Binary;

namespace Evidence.Tests.Package;

/// <summary>One change to a package, drawn at random: to its bytes, to its headers, or to its members with a manifest that fits.</summary>
internal static class PackageMutation
{
    private static readonly uint[] Interesting = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x04034b50, 0x02014b50, 0x06054b50];

    /// <summary>The mutant, and what was done.</summary>
    internal static (byte[] Mutant, string How) Of(byte[] package, byte[] other, Random random)
    {
        switch (random.Next(12))
        {
            case 0: return (Bits(package, random), "flipped bits");
            case 1: return (Overwritten(package, random), "an overwritten range");
            case 2: return (Moved(package, random), "a range moved, doubled or left out");
            case 3: return (package[..random.Next(package.Length)], "a cut");
            case 4: return (Field(package, random), "a field of a header");
            case 5: return (Members(package, random, members => members.RemoveAt(random.Next(members.Count))), "a member left out");
            case 6: return (Members(package, random, members => Swap(members, random)), "two members swapped");
            case 7: return (Members(package, random, members => Replace(members, PackageForge.Members(other), random)), "a member of another package");
            case 8: return (Members(package, random, members => Edit(members, random)), "characters of a member");
            default: return (Members(package, random, members => Fields(members, random)), "a field of a member");
        }
    }

    private static byte[] Bits(byte[] package, Random random)
    {
        var mutant = package.ToArray();
        for (var i = random.Next(1, 9); i > 0; i--) mutant[random.Next(mutant.Length)] ^= (byte)(1 << random.Next(8));
        return mutant;
    }

    private static byte[] Overwritten(byte[] package, Random random)
    {
        var mutant = package.ToArray();
        var (from, to) = Range(package, random);
        random.NextBytes(mutant.AsSpan(from, to - from));
        return mutant;
    }

    private static byte[] Moved(byte[] package, Random random)
    {
        var (from, to) = Range(package, random);
        var place = random.Next(package.Length);
        return random.Next(3) switch
        {
            0 => [.. package[..from], .. package[to..]],
            1 => [.. package[..place], .. package[from..to], .. package[place..]],
            _ => [.. package[to..], .. package[from..to], .. package[..from]],
        };
    }

    private static byte[] Field(byte[] package, Random random)
    {
        var mutant = package.ToArray();
        var places = Enumerable.Range(0, mutant.Length - 50).Where(i => mutant[i] == 0x50 && mutant[i + 1] == 0x4b).ToList();
        var at = places[random.Next(places.Count)] + random.Next(46);
        BinaryPrimitives.WriteUInt32LittleEndian(mutant.AsSpan(Math.Min(at, mutant.Length - 4)), Interesting[random.Next(Interesting.Length)]);
        return mutant;
    }

    private static (int From, int To) Range(byte[] package, Random random)
    {
        var from = random.Next(package.Length);
        return (from, Math.Min(package.Length, from + random.Next(1, 300)));
    }

    private static byte[] Members(byte[] package, Random random, Action<List<(string Name, byte[] Bytes)>> change)
    {
        var members = PackageForge.Members(package);
        var manifest = members[^1];
        members.Remove(manifest);
        change(members);
        return random.Next(4) == 0 ? PackageForge.Raw([.. members, manifest]) : PackageForge.Fitted(members);
    }

    private static void Swap(List<(string Name, byte[] Bytes)> members, Random random)
    {
        var (a, b) = (random.Next(members.Count), random.Next(members.Count));
        if (random.Next(2) == 0) (members[a], members[b]) = (members[b], members[a]);
        else (members[a], members[b]) = ((members[a].Name, members[b].Bytes), (members[b].Name, members[a].Bytes));
    }

    private static void Replace(List<(string Name, byte[] Bytes)> members, List<(string Name, byte[] Bytes)> others, Random random)
    {
        var at = random.Next(members.Count);
        var other = others[random.Next(others.Count)];
        if (random.Next(3) == 0) members.Insert(at, other);
        else members[at] = (members[at].Name, others.Find(o => o.Name == members[at].Name).Bytes ?? other.Bytes);
    }

    private static void Fields(List<(string Name, byte[] Bytes)> members, Random random)
    {
        var at = random.Next(members.Count);
        members[at] = (members[at].Name, new FieldEdits(random).Edit(members[at].Name, members[at].Bytes));
    }

    /// <summary>A digit for a digit, a letter for a letter: what stays readable and says something else.</summary>
    private static void Edit(List<(string Name, byte[] Bytes)> members, Random random)
    {
        var at = random.Next(members.Count);
        var bytes = members[at].Bytes.ToArray();
        if (bytes.Length == 0) bytes = [0];
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var place = random.Next(bytes.Length);
            bytes[place] = bytes[place] switch
            {
                >= (byte)'0' and <= (byte)'9' => (byte)('0' + random.Next(10)),
                >= (byte)'a' and <= (byte)'f' => (byte)('a' + random.Next(6)),
                _ => (byte)random.Next(256),
            };
        }

        members[at] = (members[at].Name, bytes);
    }
}
