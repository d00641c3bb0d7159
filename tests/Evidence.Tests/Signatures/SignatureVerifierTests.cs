using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evidence.Core;
using Evidence.Core.Seals;
using Evidence.Core.Signatures;

namespace Evidence.Tests.Signatures;

public sealed class SignatureVerifierTests
{
    private const string Sha384 = "2.16.840.1.101.3.4.2.2", Sha1 = "1.3.14.3.2.26";
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("the content of a record");
    private static readonly TestAuthority Rsa = new(), Ecdsa = new(ecdsa: true);

    [Theory]
    [InlineData(SignatureTypes.Cms)]
    [InlineData(SignatureTypes.RsaPkcs1Sha256)]
    [InlineData(SignatureTypes.RsaPssSha256)]
    [InlineData(SignatureTypes.EcdsaSha256)]
    public void Passes_a_signature_of_every_kind_that_leads_to_a_trusted_root(string type)
    {
        var authority = For(type);
        var check = Verify(authority, type, authority.Sign(type, Content));
        Assert.Equal(SignatureIndication.TotalPassed, check.Indication);
        Assert.Null(check.SubIndication);
        Assert.Equal("CN=Test Signer", check.Signer);
    }

    [Theory]
    [InlineData(SignatureTypes.Cms, SubIndications.HashFailure)]
    [InlineData(SignatureTypes.RsaPkcs1Sha256, SubIndications.SigCryptoFailure)]
    [InlineData(SignatureTypes.RsaPssSha256, SubIndications.SigCryptoFailure)]
    [InlineData(SignatureTypes.EcdsaSha256, SubIndications.SigCryptoFailure)]
    public void Fails_a_signature_over_other_content(string type, string expected)
    {
        var authority = For(type);
        var check = SignatureVerifier.Verify(type, authority.Sign(type, Content), authority.ChainPem, Digest.Of("other content"u8), authority.Roots, TestAuthority.Now);
        Assert.Equal((SignatureIndication.TotalFailed, expected), (check.Indication, check.SubIndication));
        Assert.True(check.ProvesAlteration);
    }

    [Theory]
    [InlineData(SignatureTypes.Cms)]
    [InlineData(SignatureTypes.RsaPkcs1Sha256)]
    [InlineData(SignatureTypes.RsaPssSha256)]
    [InlineData(SignatureTypes.EcdsaSha256)]
    public void Passes_no_signature_in_which_any_one_byte_is_changed(string type)
    {
        var authority = For(type);
        var signature = authority.Sign(type, Content);
        for (var i = 0; i < signature.Length; i++)
        {
            signature[i] ^= 0x01;
            var check = Verify(authority, type, signature);
            signature[i] ^= 0x01;
            if (check.Indication != SignatureIndication.TotalPassed) continue;
            // A CMS has bytes that its signature does not cover (versions, the certificates that it carries along). None of them may speak for another signer.
            Assert.Equal(SignatureTypes.Cms, type);
            Assert.Equal("CN=Test Signer", check.Signer);
        }
    }

    [Fact]
    public void Fails_a_CMS_whose_signature_value_was_changed()
    {
        var cms = Rsa.Cms(Content);
        cms[^3] ^= 0x40;
        Assert.Equal(SubIndications.SigCryptoFailure, Verify(Rsa, SignatureTypes.Cms, cms).SubIndication);
    }

    [Fact]
    public void Fails_a_CMS_in_which_the_signed_digest_was_replaced_to_fit_other_content()
    {
        var other = Digest.Of("other content"u8);
        var cms = Replace(Rsa.Cms(Content), Digest.Of(Content).ToArray(), other.ToArray());
        var check = SignatureVerifier.Verify(SignatureTypes.Cms, cms, Rsa.ChainPem, other, Rsa.Roots, TestAuthority.Now);
        Assert.Equal(SubIndications.SigCryptoFailure, check.SubIndication);
    }

    [Fact]
    public void Checks_a_CMS_without_signed_attributes_over_the_content_itself()
    {
        var cms = Rsa.Cms(Content, attributes: false);
        Assert.Equal(SignatureIndication.TotalPassed, Verify(Rsa, SignatureTypes.Cms, cms).Indication);
        var check = SignatureVerifier.Verify(SignatureTypes.Cms, cms, Rsa.ChainPem, Digest.Of("other"u8), Rsa.Roots, TestAuthority.Now);
        Assert.Equal(SubIndications.SigCryptoFailure, check.SubIndication);
    }

    [Fact]
    public void Checks_RSASSA_PSS_in_a_CMS_by_its_parameters()
    {
        var cms = Rsa.Cms(Content, padding: RSASignaturePadding.Pss);
        Assert.Equal(SignatureIndication.TotalPassed, Verify(Rsa, SignatureTypes.Cms, cms).Indication);
        cms[^3] ^= 0x40;
        Assert.Equal(SubIndications.SigCryptoFailure, Verify(Rsa, SignatureTypes.Cms, cms).SubIndication);
    }

    [Fact]
    public void Asks_for_the_content_again_where_the_CMS_uses_another_digest()
    {
        var cms = Ecdsa.Cms(Content, Sha384);
        Assert.Equal(SubIndications.SignedDataNotFound, Verify(Ecdsa, SignatureTypes.Cms, cms).SubIndication);
        Assert.Equal(SignatureIndication.TotalPassed, VerifyReading(Ecdsa, cms, Content).Indication);
        Assert.Equal(SubIndications.HashFailure, VerifyReading(Ecdsa, cms, "other"u8.ToArray()).SubIndication);
    }

    [Fact]
    public void Reads_a_CMS_in_PEM_and_refuses_another_label()
    {
        Assert.Equal(SignatureIndication.TotalPassed, Verify(Rsa, SignatureTypes.Cms, Encoding.ASCII.GetBytes(PemEncoding.WriteString("PKCS7", Rsa.Cms(Content)))).Indication);
        Assert.Equal(SubIndications.FormatFailure, Verify(Rsa, SignatureTypes.Cms, Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", Rsa.Cms(Content)))).SubIndication);
    }

    [Fact]
    public void Fails_a_CMS_that_carries_other_content_than_it_is_to_sign()
    {
        Assert.Equal(SignatureIndication.TotalPassed, Verify(Rsa, SignatureTypes.Cms, Rsa.Cms(Content, detached: false)).Indication);
        Assert.Equal(SubIndications.HashFailure, Verify(Rsa, SignatureTypes.Cms, Rsa.Cms("other"u8.ToArray(), detached: false)).SubIndication);
    }

    [Fact]
    public void Finds_the_certificate_of_a_CMS_beside_it()
    {
        var cms = Rsa.Cms(Content, include: X509IncludeOption.None);
        Assert.Equal(SignatureIndication.TotalPassed, Verify(Rsa, SignatureTypes.Cms, cms).Indication);
        var check = SignatureVerifier.Verify(SignatureTypes.Cms, cms, null, Digest.Of(Content), Rsa.Roots, TestAuthority.Now);
        Assert.Equal(SubIndications.NoSigningCertificateFound, check.SubIndication);
    }

    [Fact]
    public void Finds_a_weak_digest_to_prove_nothing_by_itself()
    {
        var check = VerifyReading(Rsa, Rsa.Cms(Content, Sha1), Content);
        Assert.Equal((SignatureIndication.Indeterminate, SubIndications.CryptoConstraintsFailureNoPoe), (check.Indication, check.SubIndication));
    }

    [Fact]
    public void Finds_a_short_key_to_prove_nothing_by_itself()
    {
        using var weak = new TestAuthority(rsaBits: 1024);
        Assert.Equal(SubIndications.CryptoConstraintsFailureNoPoe, Verify(weak, SignatureTypes.RsaPkcs1Sha256, weak.Sign(SignatureTypes.RsaPkcs1Sha256, Content)).SubIndication);
    }

    [Theory]
    [InlineData(2024)]
    [InlineData(2029)]
    public void Finds_a_certificate_that_was_not_valid_at_the_time_out_of_bounds(int year)
    {
        var check = SignatureVerifier.Verify(
            SignatureTypes.EcdsaSha256, Ecdsa.Sign(SignatureTypes.EcdsaSha256, Content), Ecdsa.ChainPem, Digest.Of(Content), Ecdsa.Roots, new DateTimeOffset(year, 6, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal((SignatureIndication.Indeterminate, SubIndications.OutOfBoundsNoPoe), (check.Indication, check.SubIndication));
    }

    [Fact]
    public void Judges_validity_to_the_second_whatever_the_time_zone()
    {
        var signature = Ecdsa.Sign(SignatureTypes.EcdsaSha256, Content);
        SignatureCheck At(DateTimeOffset at) => SignatureVerifier.Verify(SignatureTypes.EcdsaSha256, signature, Ecdsa.ChainPem, Digest.Of(Content), Ecdsa.Roots, at);
        Assert.Equal(SignatureIndication.TotalPassed, At(TestAuthority.From).Indication);
        Assert.Equal(SubIndications.OutOfBoundsNoPoe, At(TestAuthority.From.AddSeconds(-1)).SubIndication);
        Assert.Equal(SignatureIndication.TotalPassed, At(TestAuthority.To.AddSeconds(-1).ToOffset(TimeSpan.FromHours(8))).Indication);
        Assert.Equal(SubIndications.OutOfBoundsNoPoe, At(TestAuthority.To.AddSeconds(1)).SubIndication);
    }

    [Fact]
    public void Finds_no_chain_to_roots_that_are_not_trusted()
    {
        var signature = Rsa.Sign(SignatureTypes.RsaPkcs1Sha256, Content);
        SignatureCheck Under(X509Certificate2Collection roots, byte[] pem) => SignatureVerifier.Verify(SignatureTypes.RsaPkcs1Sha256, signature, pem, Digest.Of(Content), roots, TestAuthority.Now);
        Assert.Equal(SubIndications.NoCertificateChainFound, Under([], Rsa.ChainPem).SubIndication);
        Assert.Equal(SubIndications.NoCertificateChainFound, Under(Ecdsa.Roots, Rsa.ChainPem).SubIndication);
        Assert.Equal(SubIndications.NoCertificateChainFound, Under(Rsa.Roots, Encoding.ASCII.GetBytes(Rsa.Signer.ExportCertificatePem())).SubIndication);
        var pemWithRoot = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Rsa.ChainPem) + Rsa.Root.ExportCertificatePem());
        Assert.Equal(SubIndications.NoCertificateChainFound, Under([], pemWithRoot).SubIndication);
    }

    [Fact]
    public void Refuses_a_certificate_that_may_not_sign()
    {
        using var authority = new TestAuthority(usage: X509KeyUsageFlags.KeyEncipherment);
        Assert.Equal(SubIndications.SigConstraintsFailure, Verify(authority, SignatureTypes.RsaPkcs1Sha256, authority.Sign(SignatureTypes.RsaPkcs1Sha256, Content)).SubIndication);
    }

    [Fact]
    public void Says_what_is_missing_or_malformed_and_never_throws()
    {
        SignatureCheck With(string type, byte[] signature, byte[]? pem) => SignatureVerifier.Verify(type, signature, pem, Digest.Of(Content), Rsa.Roots, TestAuthority.Now);
        Assert.Equal(SubIndications.NoSigningCertificateFound, With(SignatureTypes.RsaPkcs1Sha256, [1, 2, 3], null).SubIndication);
        Assert.Equal(SubIndications.FormatFailure, With(SignatureTypes.RsaPkcs1Sha256, [1, 2, 3], "no pem"u8.ToArray()).SubIndication);
        Assert.Equal(SubIndications.FormatFailure, With(SignatureTypes.Cms, [], null).SubIndication);
        Assert.Equal(SubIndications.FormatFailure, With(SignatureTypes.Cms, "-----BEGIN "u8.ToArray(), null).SubIndication);
        Assert.Equal(SubIndications.FormatFailure, With(SignatureTypes.Cms, [0x30, 0x03, 1, 2, 3], null).SubIndication);
        Assert.Equal(SubIndications.Generic, With("sm2", [1], Rsa.ChainPem).SubIndication);
        Assert.Equal(SubIndications.Generic, With(SignatureTypes.EcdsaSha256, [1, 2, 3], Rsa.ChainPem).SubIndication);
        Assert.Equal(SubIndications.SigCryptoFailure, With(SignatureTypes.RsaPkcs1Sha256, [1, 2, 3], Rsa.ChainPem).SubIndication);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, SubIndications.FormatFailure)]
    public void Reads_no_more_signers_than_the_limit(int signers, string? expected) =>
        Assert.Equal(expected, Verify(Ecdsa, SignatureTypes.Cms, Ecdsa.CmsOf(signers, Content)).SubIndication);

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, SubIndications.FormatFailure)]
    public void Reads_no_more_certificates_than_the_limit(int count, string? expected)
    {
        var pem = Encoding.ASCII.GetString(Ecdsa.ChainPem) + string.Concat(Enumerable.Repeat(Ecdsa.Root.ExportCertificatePem() + "\n", count - 2));
        Assert.Equal(expected, SignatureVerifier.Verify(SignatureTypes.EcdsaSha256, Ecdsa.Sign(SignatureTypes.EcdsaSha256, Content), Encoding.ASCII.GetBytes(pem), Digest.Of(Content), Ecdsa.Roots, TestAuthority.Now).SubIndication);
    }

    private TestAuthority For(string type) => type == SignatureTypes.EcdsaSha256 ? Ecdsa : Rsa;

    private static SignatureCheck Verify(TestAuthority authority, string type, byte[] signature) =>
        SignatureVerifier.Verify(type, signature, authority.ChainPem, Digest.Of(Content), authority.Roots, TestAuthority.Now);

    private static SignatureCheck VerifyReading(TestAuthority authority, byte[] cms, byte[] content) =>
        SignatureVerifier.Verify(SignatureTypes.Cms, cms, authority.ChainPem, Digest.Of(content), authority.Roots, TestAuthority.Now, algorithm => CryptographicOperations.HashData(algorithm, content));

    private static byte[] Replace(byte[] bytes, byte[] find, byte[] put)
    {
        var at = bytes.AsSpan().IndexOf(find);
        Assert.True(at > 0);
        put.CopyTo(bytes, at);
        return bytes;
    }
}
