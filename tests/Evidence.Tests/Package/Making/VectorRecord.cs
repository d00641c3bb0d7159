using System.Globalization;
using System.Text;
using Evidence.Core;
using Evidence.Core.Events;
using Evidence.Core.Seals;

namespace Evidence.Tests.Package.Making;

/// <summary>A record for vectors: its parts and their seal.</summary>
internal sealed class VectorRecord
{
    /// <summary>The record whose title is longer than a certificate has room for.</summary>
    private const int LongTitle = 2;

    private readonly List<SealPart> _parts = [];

    internal VectorRecord(int number) => Id = RecordId.Parse(string.Create(CultureInfo.InvariantCulture, $"019a0000-0000-7000-8000-{number:x12}"));

    internal RecordId Id { get; }

    internal string Submitter { get; init; } = "registry";

    /// <summary>Whether a package holds it as an event document and not as a record.</summary>
    internal bool IsEvents { get; private init; }

    internal Dictionary<string, byte[]> Bytes { get; } = new(StringComparer.Ordinal);

    internal byte[] SealBytes => new Seal(Id, VectorLog.Received, Submitter, _parts).Encode();

    internal static VectorRecord Unsigned(int number)
    {
        var record = new VectorRecord(number);
        record.Add("c0001", PartRole.Content, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"文件 document {number}\n")));
        return record.Described(number);
    }

    /// <summary>With a signature of a kind; <paramref name="value"/> makes it of the content.</summary>
    internal static VectorRecord Signed(int number, string type = SignatureTypes.Cms, Func<byte[], byte[]>? value = null, byte[]? content = null, byte[]? chain = null)
    {
        var record = new VectorRecord(number);
        content ??= Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"合同 contract {number}\n"));
        record.Add("c0001", PartRole.Content, content);
        record.Add("s0001", PartRole.Signature, (value ?? (type == SignatureTypes.Cms ? VectorSigner.Cms : VectorSigner.Raw))(content), "c0001", type);
        record.Add("k0001", PartRole.Certificates, chain ?? VectorSigner.ChainPem, "s0001");
        return record.Described(number);
    }

    /// <summary>With nine files and no metadata.</summary>
    internal static VectorRecord OfManyParts(int number)
    {
        var record = new VectorRecord(number);
        for (var i = 1; i <= 9; i++) record.Add(string.Create(CultureInfo.InvariantCulture, $"c{i:d4}"), PartRole.Content, new byte[i * 10]);
        return record;
    }

    /// <summary>An event document with these bytes.</summary>
    internal static VectorRecord Events(int number, byte[] document, string? submitter = null)
    {
        var record = new VectorRecord(number) { IsEvents = true, Submitter = submitter ?? EventDocument.SubmitterOf(VectorLog.Key.Name) };
        record.Add(EventDocument.Part, PartRole.Content, document);
        return record;
    }

    private VectorRecord Described(int number)
    {
        var metadata = new RecordMetadata(
            VectorLog.Seed((byte)number),
            new Dictionary<string, FileLabel> { ["c0001"] = new(Encoding.UTF8.GetBytes("合同<1> & \"附件\".txt"), "text/plain") },
            RecordDescription.Empty with { Title = string.Create(CultureInfo.InvariantCulture, $"采购合同 {number} {(number == LongTitle ? new string('长', 170) : "")}"), Fonds = "0001", FileNumber = "A-1" });
        Add("m0001", PartRole.Metadata, metadata.Encode());
        return this;
    }

    private void Add(string name, PartRole role, byte[] bytes, string? of = null, string? type = null)
    {
        Bytes[name] = bytes;
        _parts.Add(new SealPart(name, role, bytes.Length, Digest.Of(bytes), of, type));
    }
}
