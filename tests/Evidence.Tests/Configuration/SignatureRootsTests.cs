using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Evidence.Core.Trust;
using Evidence.Node.Configuration;
using Evidence.Node.Verification;
using Evidence.Tests.Nodes;

namespace Evidence.Tests.Configuration;

public sealed class SignatureRootsTests
{
    [Fact]
    public void Takes_every_certificate_of_a_file()
    {
        using var folder = new TemporaryFolder();
        using var one = TestSigner.WithRsa();
        using var other = TestSigner.WithEcdsa();
        File.WriteAllText(folder.At("ca.pem"), one.RootPem + "\n" + other.RootPem);
        Assert.Equal(2, SignatureRoots.Load([folder.At("ca.pem")]).Certificates.Count);
    }

    /// <summary>Which the platform takes, and under which nothing would be judged.</summary>
    [Fact]
    public void Refuses_a_root_that_is_not_in_DER_and_so_does_trust_json()
    {
        using var folder = new TemporaryFolder();
        using var signer = TestSigner.WithRsa();
        var pem = NotInDer(signer.RootPem);
        using (var taken = X509Certificate2.CreateFromPem(pem)) Assert.NotEmpty(taken.Subject);
        File.WriteAllText(folder.At("ca.pem"), signer.RootPem + "\n" + pem);
        var refused = Assert.Throws<ConfigurationException>(() => SignatureRoots.Load([folder.At("ca.pem")]));
        Assert.Contains($"{folder.At("ca.pem")} cannot be used: certificate 2", refused.Message, StringComparison.Ordinal);

        var json = JsonNode.Parse(TrustPolicyJson.Encode(new Verification.SampleRecord().Trust))!;
        json["signatureRoots"] = new JsonArray(pem);
        Assert.Contains("signatureRoots[0]: it is not one PEM certificate", Assert.Throws<FormatException>(() => TrustPolicyJson.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()))).Message, StringComparison.Ordinal);
    }

    /// <summary>With basic constraints whose TRUE is 1 and not 255 (X.690, 11.1).</summary>
    private static string NotInDer(string pem)
    {
        var der = Convert.FromBase64String(string.Concat(pem.Split('\n').Where(static line => !line.StartsWith('-'))));
        var at = der.AsSpan().IndexOf(new byte[] { 0x30, 0x03, 0x01, 0x01, 0xFF });
        Assert.True(at > 0);
        der[at + 4] = 0x01;
        return PemEncoding.WriteString("CERTIFICATE", der);
    }
}
