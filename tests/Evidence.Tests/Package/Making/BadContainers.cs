using System.Text;
using Evidence.Core.Packages.Zip;

namespace Evidence.Tests.Package.Making;

/// <summary>Packages that are not what the format says, of a record that is.</summary>
internal static class BadContainers
{
    private static readonly VectorLog One = new("none", VectorRecord.Unsigned(1));
    private static readonly VectorLog Two = new("none", VectorRecord.Unsigned(1), VectorRecord.Unsigned(2));
    private static readonly byte[] Package = One.Package(), Package2 = Two.Package();

    internal static IEnumerable<PackageVector> All() => [.. Changed(), .. Missing(), .. Unreadable(), .. Unexpected(), .. Texts()];

    private static IEnumerable<PackageVector> Changed()
    {
        yield return Bad("E701_byte_of_a_member", Flipped(At("Anchored(bytes32")));
        yield return Bad("E701_byte_of_a_header", Flipped(10));
        yield return Bad("E701_checksum", WithOtherChecksum("certificate.html"));
        yield return Bad("E701_byte_of_the_directory", Flipped(Package.Length - 30));
        yield return Bad("E701_manifest", PackageForge.Raw([.. PackageForge.Members(Package).SkipLast(1), (PackageForge.Manifest, Encoding.ASCII.GetBytes("{\"format\":\"evidence.package/1\",\"members\":[]}"))]));
        yield return Bad("E701_name_of_the_anchor", Edited(Package, members => Rename(members, "anchors/3.json", "anchors/4.json")));
        yield return Bad("E701_another_checkpoint", Edited(Package2, members => Replace(members, Two.Of("inclusion.tlog-proof", 1), static bytes => Encoding.UTF8.GetBytes(DropLastLine(Encoding.UTF8.GetString(bytes))))), Two);
        yield return Bad("E701_another_checkpoint_first", Edited(Package2, members => Replace(members, Two.Of("inclusion.tlog-proof"), static bytes => Encoding.UTF8.GetBytes(DropLastLine(Encoding.UTF8.GetString(bytes))))), Two);
        yield return Bad("E701_two_records_of_one_leaf", Edited(Package2, members => Replace(members, Two.Of("inclusion.tlog-proof", 1), static bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\nindex 3\n", "\nindex 1\n", StringComparison.Ordinal)))), Two);
        yield return Bad("E701_records_in_another_order", Swapped(), Two);
    }

    private static IEnumerable<PackageVector> Missing()
    {
        yield return Bad("E702_cut_in_the_directory", Package[..^40]);
        yield return Bad("E702_cut_between_members", Package[..(30 + "README.txt".Length + PackageForge.Members(Package)[0].Bytes.Length)]);
        foreach (var name in new[] { "README.txt", "log/keys.json", "statement.json", "certificate.html" })
            yield return Bad($"E702_no_{name.Split('/')[^1].Split('.')[0].ToLowerInvariant()}", Edited(Package, members => members.RemoveAll(member => member.Name == name)));
        yield return Bad("E702_no_manifest", PackageForge.Raw(PackageForge.Members(Package).SkipLast(1)));
        yield return Bad("E702_no_records", Edited(Package, static members => members.RemoveAll(static member => member.Name.StartsWith("records/", StringComparison.Ordinal))));
    }

    private static IEnumerable<PackageVector> Unreadable()
    {
        yield return Bad("E703_no_package", "%PDF-1.7 some document"u8.ToArray());
        yield return Bad("E703_empty", []);
        yield return Bad("E703_another_version", Edited(Package, static members => Replace(members, "README.txt", static bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("package/1)", "package/2)", StringComparison.Ordinal)))));
        yield return Bad("E703_log_keys", Edited(Package, static members => Replace(members, "log/keys.json", static _ => "{}"u8.ToArray())));
        yield return Bad("E703_log_keys_with_a_space", Edited(Package, static members => Replace(members, "log/keys.json", static bytes => [.. bytes, (byte)' '])));
        yield return Bad("E703_log_keys_of_a_witness", Edited(Package, static members => Replace(members, "log/keys.json", static bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(VectorLog.Key.ToString(), VectorLog.WitnessKey.ToString(), StringComparison.Ordinal)))));
        yield return Bad("E703_a_directory_alone", Package[Package.AsSpan().LastIndexOf("PK\x01\x02"u8)..]);
        yield return Bad("E703_a_name_too_long", Edited(Package, static members => members.Insert(1, (new string('a', 300), []))));
        yield return Bad("E703_second_proof", Edited(Package2, members => Replace(members, Two.Of("inclusion.tlog-proof", 1), static bytes => [.. bytes, 0xff])), Two);
        yield return Bad("E703_checkpoint_of_more_leaves_than_can_be_stated", Edited(Package, static members => Replace(members, One.Of("inclusion.tlog-proof"), static bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\n3\n", "\n9007199254740992\n", StringComparison.Ordinal)))));
        yield return Bad("E703_anchor_with_a_space", Edited(Package, static members => Replace(members, "anchors/3.json", static bytes => [.. bytes, (byte)' '])));
        yield return Bad("E703_proof_with_extra", Edited(Package, static members => Replace(members, One.Of("inclusion.tlog-proof"), static bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\nindex", "\nextra AAAA\nindex", StringComparison.Ordinal)))));
        yield return Bad("E705_a_size_beyond_all_limits", new ZipEntry("README.txt", 1L << 50, 0, 0).LocalHeader());
        yield return Bad("E705_a_size_that_no_double_holds", new ZipEntry("README.txt", (1L << 53) + 1, 0, 0).LocalHeader());
    }

    private static IEnumerable<PackageVector> Unexpected()
    {
        foreach (var (name, text) in new[] { ("a_member_more", "trust.json"), ("a_path_upwards", "records/../../../../etc/passwd"), ("an_absolute_path", "/etc/passwd"), ("a_backslash", "records\\x"), ("control_characters", "\u001b[2J") })
            yield return Bad($"E704_{name}", Edited(Package, members => members.Insert(2, (text, "1"u8.ToArray()))));
        foreach (var (name, member) in new[] { ("the_keys", "log/keys.json"), ("the_seal_at_once", One.Of("seal.json")), ("the_proof", One.Of("inclusion.tlog-proof")) })
            yield return Bad($"E704_{name}_twice", Edited(Package, members => members.Insert(members.FindIndex(found => found.Name == member), members.Find(found => found.Name == member))));
        foreach (var (name, part) in new[] { ("of_no_kind", "x0001"), ("without_a_number", "c000a") })
            yield return Bad($"E704_a_part_{name}", Edited(Package, members => members.Insert(members.FindIndex(static member => member.Name == One.Of("parts/m0001")), (One.Of($"parts/{part}"), "1"u8.ToArray()))));
        yield return Bad("E704_a_part_behind_the_proof", Edited(Package, static members => Move(members, One.Of("parts/m0001"), One.Of("inclusion.tlog-proof"))));
        yield return Bad("E704_parts_in_another_order", Edited(Package, static members => Move(members, One.Of("parts/c0001"), One.Of("parts/m0001"))));
        yield return Bad("E704_anchor_with_a_zero_in_front", Edited(Package, static members => Rename(members, "anchors/3.json", "anchors/03.json")));
        yield return Bad("E704_a_record_in_capitals", Edited(Package, static members => members.FindAll(static member => member.Name.StartsWith("records/", StringComparison.Ordinal)).ForEach(member => Rename(members, member.Name, member.Name.Replace("019a", "019A", StringComparison.Ordinal)))));
        yield return Bad("E704_the_seal_twice", Edited(Package, members => members.Add(members.Find(static member => member.Name == One.Of("seal.json")))));
        yield return Bad("E704_a_record_twice", new VectorLog("none", VectorRecord.Unsigned(1), VectorRecord.Unsigned(2), VectorRecord.Unsigned(1)).Package());
        yield return Bad("E704_members_by_name", PackageForge.Fitted(PackageForge.Members(Package).OrderBy(static member => member.Name, StringComparer.Ordinal)));
        yield return Bad("E704_bytes_behind_the_end", [.. Package, 0]);
    }

    private static IEnumerable<PackageVector> Texts()
    {
        foreach (var name in new[] { "README.txt", "statement.json", "certificate.html" })
            yield return Bad($"E706_{name.Split('.')[0].ToLowerInvariant()}", Edited(Package, members => Replace(members, name, static bytes => [.. bytes, (byte)'\n'])));
        yield return Bad("E706_certificate_of_another_package", Edited(Package, static members => Replace(members, "certificate.html", static _ => PackageForge.Members(Package2).Find(static member => member.Name == "certificate.html").Bytes)));
        yield return Bad("E707_paper_of_another_record", Package) with { Paper = "EVIDENCE1:019A0000-0000-7000-8000-000000000002:" + new string('0', 64) };
    }

    private static PackageVector Bad(string name, byte[] package, VectorLog? log = null) => new($"bad/{name}", package, (log ?? One).Trust);

    internal static byte[] Edited(byte[] package, Action<List<(string Name, byte[] Bytes)>> edit)
    {
        var members = PackageForge.Members(package);
        members.RemoveAll(static member => member.Name == PackageForge.Manifest);
        edit(members);
        return PackageForge.Fitted(members);
    }

    internal static void Replace(List<(string Name, byte[] Bytes)> members, string name, Func<byte[], byte[]> change)
    {
        var at = members.FindIndex(member => member.Name == name);
        members[at] = (name, change(members[at].Bytes));
    }

    private static void Rename(List<(string Name, byte[] Bytes)> members, string name, string other)
    {
        var at = members.FindIndex(member => member.Name == name);
        members[at] = (other, members[at].Bytes);
    }

    /// <summary>One member behind another.</summary>
    private static void Move(List<(string Name, byte[] Bytes)> members, string name, string behind)
    {
        var moved = members.Find(member => member.Name == name);
        members.Remove(moved);
        members.Insert(members.FindIndex(member => member.Name == behind) + 1, moved);
    }

    /// <summary>In the member's header and in the directory alike.</summary>
    private static byte[] WithOtherChecksum(string name)
    {
        var bytes = Package.ToArray();
        var text = Encoding.ASCII.GetBytes(name);
        var (local, central) = (bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)text.Length, 0, 0, 0, .. text]) - 26, bytes.AsSpan().LastIndexOf(text) - 46);
        bytes[local + 14] ^= 1;
        bytes[central + 16] ^= 1;
        return bytes;
    }

    private static byte[] Swapped() => Edited(Package2, static members =>
    {
        var second = members.FindAll(static member => member.Name.StartsWith(Two.Of("", 1), StringComparison.Ordinal));
        members.RemoveAll(second.Contains);
        members.InsertRange(members.FindIndex(static member => member.Name == Two.Of("seal.json")), second);
    });

    private static string DropLastLine(string text) => text[..(text.TrimEnd('\n').LastIndexOf('\n') + 1)];

    private static byte[] Flipped(int position)
    {
        var bytes = Package.ToArray();
        bytes[position] ^= 1;
        return bytes;
    }

    private static int At(string text, int offset = 0) => Package.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) + offset;
}
