using System.IO.Compression;
using System.Text;
using Evidence.Core.Packages.Zip;

namespace Evidence.Tests.Package;

public sealed class ZipFormTests
{
    private const long FiveGiB = 5L << 30;

    [Fact]
    public void Describes_members_beyond_four_gibibytes_so_that_other_programs_find_them()
    {
        var large = new ZipEntry("parts/c0001", FiveGiB, 1, 0);
        var behind = new ZipEntry("log/key", 3, 2, large.LocalHeader().Length + FiveGiB);
        byte[] headers = [.. large.CentralHeader(), .. behind.CentralHeader()];
        byte[] directory = [.. headers, .. ZipDirectory.End(2, headers.Length, behind.Offset + behind.LocalHeader().Length + 3)];
        using var zip = new ZipArchive(new SparseZip([(0, large.LocalHeader()), (behind.Offset, [.. behind.LocalHeader(), .. "key"u8, .. directory])]));
        Assert.Equal([FiveGiB, 3], zip.Entries.Select(static entry => entry.Length));
        using var reader = new StreamReader(zip.Entries[1].Open(), Encoding.ASCII);
        Assert.Equal("key", reader.ReadToEnd());
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(0xffff_fffeL)]
    [InlineData(0xffff_ffffL)]
    [InlineData(FiveGiB)]
    public void Reads_back_the_local_header_of_every_size(long size)
    {
        var entry = new ZipEntry("parts/c0001", size, 0xdeadbeef, 77);
        Assert.Equal(entry, ZipEntry.ReadLocal(entry.LocalHeader(), 77));
    }

    [Fact]
    public void Takes_the_checksum_that_the_standard_gives_for_its_check_string()
    {
        var whole = new Crc32();
        whole.Append("123456789"u8);
        Assert.Equal(0xCBF43926u, whole.Value);
        var pieces = new Crc32();
        foreach (var piece in new[] { "", "1", "23456789" }) pieces.Append(Encoding.ASCII.GetBytes(piece));
        Assert.Equal(whole.Value, pieces.Value);
        Assert.Equal(0u, new Crc32().Value);
    }

    /// <summary>A file that is all zero but for a few places.</summary>
    private sealed class SparseZip(IReadOnlyList<(long Offset, byte[] Bytes)> places) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => places[^1].Offset + places[^1].Bytes.Length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = (int)Math.Min(count, Math.Max(0, Length - Position));
            buffer.AsSpan(offset, length).Clear();
            foreach (var (at, bytes) in places)
            {
                var from = Math.Max(at, Position);
                var to = Math.Min(at + bytes.Length, Position + length);
                if (from < to) bytes.AsSpan((int)(from - at), (int)(to - from)).CopyTo(buffer.AsSpan(offset + (int)(from - Position)));
            }

            Position += length;
            return length;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override void Flush() => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
