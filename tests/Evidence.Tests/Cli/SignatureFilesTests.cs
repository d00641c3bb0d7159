using Evidence.Cli;
using Evidence.Cli.Archiving;
using Evidence.Core.Seals;
using Evidence.Network.Demo;

namespace Evidence.Tests.Cli;

public sealed class SignatureFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evidence-test-").FullName;
    private readonly DemoAuthority _authority = new(TimeProvider.System);

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(0, SignatureTypes.Cms)]
    [InlineData(1, SignatureTypes.Cms)]
    [InlineData(2, SignatureTypes.RsaPkcs1Sha256)]
    [InlineData(3, SignatureTypes.EcdsaSha256)]
    public void Finds_the_signature_beside_a_file_and_its_kind(int number, string type)
    {
        var draft = SignatureFiles.Beside(new FileInfo(Signed(number)));
        Assert.Equal(type, draft.Type);
        Assert.True(draft.Signature!.Exists);
        Assert.Equal(type == SignatureTypes.Cms, draft.Certificates is null);
    }

    [Fact]
    public void Takes_a_file_without_signature_as_it_is()
    {
        var file = Path.Combine(_folder, "plain.txt");
        File.WriteAllText(file, "plain");
        Assert.Equal(new DraftFile(new FileInfo(file), null, null, null).Type, SignatureFiles.Beside(new FileInfo(file)).Type);
    }

    [Fact]
    public void Does_not_file_a_signature_that_lies_beside_its_own_file()
    {
        var (cms, raw) = (Signed(0), Signed(2));
        var alone = Path.Combine(_folder, "alone.p7s");
        File.WriteAllText(alone, "a signature of something else");
        var files = SignatureFiles.WithoutSidecars(Directory.GetFiles(_folder));
        Assert.Equal(new[] { alone, cms, raw }.Order(StringComparer.Ordinal), files.Select(f => f.FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refuses_a_raw_signature_whose_certificate_is_missing()
    {
        var file = Signed(2);
        File.Delete(file + ".pem");
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => SignatureFiles.Beside(new FileInfo(file))).Code);
    }

    [Fact]
    public void Refuses_a_certificate_file_that_holds_no_certificate()
    {
        var file = Signed(3);
        File.WriteAllText(file + ".pem", "no certificate");
        Assert.Contains("PEM", Assert.Throws<CliException>(() => SignatureFiles.Beside(new FileInfo(file))).Message, StringComparison.Ordinal);
    }

    private string Signed(int number)
    {
        var file = Path.Combine(_folder, $"{number}.txt");
        File.WriteAllText(file, $"file {number}");
        _authority.Sign(file, number);
        return file;
    }
}
