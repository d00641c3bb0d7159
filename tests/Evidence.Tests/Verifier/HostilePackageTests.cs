using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Evidence.Core.Chain;
using Evidence.Tests.Package;
using Evidence.Tests.Signatures;
using Evidence.Tests.Verification;
using Evidence.Verifier;

namespace Evidence.Tests.Verifier;

/// <summary>Packages that are made to take memory: the program says what it thinks of each, within the heap that it has.</summary>
public sealed class HostilePackageTests
{
    private const int Largest = 4 << 20;
    private static readonly SampleRecord Sample = new(leaves: 4);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "evidence-verify.dll");

    private static readonly Dictionary<string, Func<byte[]>> Packages = new(StringComparer.Ordinal)
    {
        ["numbers in the anchor"] = static () => With(AnchorName, Filled("{\"a\":[0", ",0", "]}")),
        ["empty objects in the keys"] = static () => With("log/keys.json", Filled("[{}", ",{}", "]")),
        ["members in the keys"] = static () => With("log/keys.json", Members()),
        ["headers in the anchor, as many as there may be values"] = static () => With(AnchorName, Anchor(static json => json["followingHeaders"] = Many(262_100, "0x"))),
        ["receipt of items"] = static () => With(AnchorName, Anchor(static json => json["receipt"] = "0x" + Convert.ToHexStringLower(Rlp.EncodeList(Enumerable.Repeat(new byte[] { 1 }, (Largest / 2) - 5000))))),
        ["headers of items, as many as there may be"] = static () => With(AnchorName, Anchor(static json => json["header"] = "0x" + Convert.ToHexStringLower(Rlp.EncodeList(Enumerable.Repeat(new byte[] { 1 }, 65_535))))),
        ["lines in the proof"] = static () => With("inclusion.tlog-proof", Filled("c2sp.org/tlog-proof@v1\nindex 3\n", "a\n", "\n")),
        ["fields in the metadata"] = static () => With("m0001", Filled("{\"description\":{\"fields\":{\"0\":\"1\"", ",\"0\":\"1\"", "}}}")),
        ["certificates of two bytes"] = static () => Signed(SignedData([.. Set(0xa0, (1 << 19) - 100), 0x31, 0x00])),
        ["signers of nothing"] = static () => Signed(SignedData(Set(0x31, (1 << 19) - 100))),
        ["the same certificate again and again"] = static () => Signed("no"u8.ToArray(), Again()),
        ["a signature as large as a part may be"] = static () => Signed(SignedData(Set(0x31, Largest / 2 - 100))),
    };

    public static TheoryData<string> Names => [.. Packages.Keys];

    private static string AnchorName => "anchors/4.json";

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Comes_to_a_verdict_within_its_heap(string name)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, Packages[name]());
            using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, file, "--json"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.Equal("", await error);
            Assert.Contains(process.ExitCode, new[] { ExitCode.Altered, ExitCode.Undetermined });
            Assert.NotEqual("INTACT", (string?)JsonNode.Parse(await output)!["whole"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Has_a_heap_that_leaves_room_for_the_rest_of_the_process()
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(Program, ".runtimeconfig.json")))!;
        Assert.InRange((long)config["runtimeOptions"]!["configProperties"]!["System.GC.HeapHardLimit"]!, 1, 150 << 20);
    }

    private static byte[] With(string name, byte[] bytes) =>
        PackageForge.Fitted(PackageForge.Members(SamplePackage.Write(Sample)).Select(member => member.Name.EndsWith(name, StringComparison.Ordinal) ? (member.Name, bytes) : member));

    private static byte[] Signed(byte[] signature, byte[]? pem = null)
    {
        using var authority = new TestAuthority(ecdsa: true);
        return SamplePackage.Write(new SampleRecord(leaves: 4, signer: _ => (signature, pem ?? authority.ChainPem)));
    }

    private static byte[] Filled(string start, string again, string end) =>
        Encoding.ASCII.GetBytes(new StringBuilder(start).Insert(start.Length, again, (Largest - start.Length - end.Length) / again.Length).Append(end).ToString());

    private static byte[] Members() => Encoding.ASCII.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 260_000).Select(static i => $"\"{i:x}\":0"))}}}");

    private static JsonArray Many(int count, string text) => new([.. Enumerable.Repeat(text, count).Select(static item => (JsonNode)item)]);

    private static byte[] Anchor(Action<JsonObject> change)
    {
        var json = AnchorProofJson.ToJson(Sample.Anchor);
        change(json);
        return Core.Json.CanonicalJson.Serialize(json);
    }

    private static byte[] Again()
    {
        using var authority = new TestAuthority(ecdsa: true);
        var pem = Encoding.ASCII.GetString(authority.ChainPem);
        return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(pem, (1 << 20) / pem.Length)));
    }

    /// <summary>A CMS SignedData (RFC 5652, section 5.1) without digest algorithms and content, and with <paramref name="rest"/> behind them.</summary>
    private static byte[] SignedData(byte[] rest)
    {
        byte[] fields = [0x02, 0x01, 0x01, 0x31, 0x00, 0x30, 0x0b, 0x06, 0x09, .. Convert.FromHexString("2a864886f70d010701"), .. rest];
        return Value(0x30, [0x06, 0x09, .. Convert.FromHexString("2a864886f70d010702"), .. Value(0xa0, Value(0x30, fields))]);
    }

    /// <summary>A set, or what is tagged as one, of so many empty sequences.</summary>
    private static byte[] Set(byte tag, int count) => Value(tag, [.. Enumerable.Repeat<byte[]>([0x30, 0x00], count).SelectMany(static item => item)]);

    private static byte[] Value(byte tag, byte[] content)
    {
        var length = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [tag, 0x84, .. length, .. content];
    }
}
