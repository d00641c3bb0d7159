using Evidence.Core.Seals;
using Evidence.Node.Archiving;

namespace Evidence.Tests.Archiving;

public sealed class ReceivedPartsTests
{
    private readonly ReceivedParts _parts = new();

    private static PartHeading Heading(PartRole role, uint of = 0, byte[]? name = null, string media = "", string? type = null, long size = 0) =>
        new(role, name ?? [], media, of, type ?? (role == PartRole.Signature ? SignatureTypes.Cms : ""), size);

    private void Refuses(PartHeading heading, string because) =>
        Assert.Contains(because, Assert.Throws<ArchiveRefusedException>(() => _parts.Add(heading)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_parts_by_role_in_the_order_of_their_coming()
    {
        _parts.Add(Heading(PartRole.Content));
        _parts.Add(Heading(PartRole.Signature, 1));
        _parts.Add(Heading(PartRole.Certificates, 1));
        _parts.Add(Heading(PartRole.Content));
        _parts.Add(Heading(PartRole.Signature, 2));
        _parts.Add(Heading(PartRole.Timestamp, 2));
        Assert.Equal(["c0001", "s0001", "k0001", "c0002", "s0002", "t0001"], _parts.All.Select(p => p.Name));
        Assert.Equal([null, "c0001", "s0001", null, "c0002", "s0002"], _parts.All.Select(p => p.Of));
    }

    [Fact]
    public void Refuses_a_signature_of_content_that_has_not_come()
    {
        Refuses(Heading(PartRole.Signature, 1), "0 of those came before it");
        _parts.Add(Heading(PartRole.Content));
        Refuses(Heading(PartRole.Signature, 2), "1 of those came before it");
        Refuses(Heading(PartRole.Signature, 0), "Count from 1");
        Refuses(Heading(PartRole.Certificates, 1), "0 of those came before it");
    }

    [Fact]
    public void Refuses_more_parts_than_a_seal_can_name()
    {
        for (var i = 0; i < ArchiveLimits.MaxParts; i++) _parts.Add(Heading(PartRole.Content));
        Refuses(Heading(PartRole.Content), "at most 250");
    }

    [Fact]
    public void Takes_a_name_of_255_bytes_and_refuses_one_more()
    {
        _parts.Add(Heading(PartRole.Content, name: new byte[255].Select(_ => (byte)'x').ToArray()));
        Refuses(Heading(PartRole.Content, name: new byte[256].Select(_ => (byte)'x').ToArray()), "255");
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a\0b")]
    public void Refuses_names_that_are_paths(string name) => Refuses(Heading(PartRole.Content, name: System.Text.Encoding.UTF8.GetBytes(name)), "name alone");

    [Fact]
    public void Refuses_headings_that_contradict_themselves()
    {
        Refuses(Heading(PartRole.Content, of: 1), "belongs to no other part");
        Refuses(Heading(PartRole.Content, type: "cms"), "Only a signature part has a type");
        Refuses(Heading(PartRole.Signature, 1, type: "md5"), "not a kind of signature");
        Refuses(Heading(PartRole.Content, media: "text/plain\n"), "media type");
        Refuses(Heading(PartRole.Content, size: -1), "size cannot be -1");
    }
}
