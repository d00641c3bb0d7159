using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evidence.Core.Verification;
using Evidence.Tests.Nodes;
using Evidence.V1;
using Grpc.Core;

namespace Evidence.Tests.Archiving;

public sealed class SignedArchiveTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] Content = "the content that is signed"u8.ToArray();
    private readonly TestSigner _rsa = TestSigner.WithRsa();
    private readonly TestSigner _ecdsa = TestSigner.WithEcdsa();
    private TestNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = TestNode.Create();
        _node.Register();
        _node.Edit(json => json["signatureRoots"] = new JsonArray(_node.Write("ca.pem", _rsa.RootPem + "\n" + _ecdsa.RootPem)));
        await _node.StartAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public void Dispose()
    {
        _rsa.Dispose();
        _ecdsa.Dispose();
    }

    private async Task RefusedAsync(Upload upload, string because)
    {
        var status = await upload.RefusedAsync(_node);
        Assert.Equal(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.Contains(because, status.Detail, StringComparison.Ordinal);
        if (upload.ToWhole() is { } whole) await RefusedAsWholeAsync(whole, because);
        Assert.Equal(0UL, (await _node.Client.Archive.ListRecordsAsync(new ListRecordsRequest())).Total);
    }

    private async Task RefusedAsWholeAsync(ArchiveRecordRequest record, string because)
    {
        var status = (await Assert.ThrowsAsync<RpcException>(async () => await _node.Client.Archive.ArchiveRecordAsync(record))).Status;
        Assert.Equal(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.Contains(because, status.Detail, StringComparison.Ordinal);
        using var call = new RecordStreamCall(_node);
        await call.SendAsync(1, record);
        var refusal = (await call.NextAsync())!.Refusal;
        Assert.Equal((int)StatusCode.FailedPrecondition, refusal.Code);
        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= 1;
        return flipped;
    }

    private async Task PassesAsync(Upload upload)
    {
        await PassesAsync(await upload.SendAsync(_node));
        if (upload.ToWhole() is not { } whole) return;
        await PassesAsync(await _node.Client.Archive.ArchiveRecordAsync(whole));
        using var call = new RecordStreamCall(_node);
        await call.SendAsync(1, whole);
        await PassesAsync((await call.NextAsync())!.Receipt);
    }

    private async Task PassesAsync(ArchiveResponse receipt)
    {
        Assert.Equal("TOTAL-PASSED", receipt.Signature);
        Assert.Equal(Core.Verification.Outcome.Intact, (await _node.Client.VerifyRecordAsync(receipt.Record, CancellationToken.None)).Layers[Layer.Signature]);
    }

    [Fact]
    public Task Takes_a_CMS_signature() => PassesAsync(Upload.Of(Content).Signature(_rsa.Cms(Content), "cms"));

    [Fact]
    public Task Takes_a_CMS_signature_over_SHA_512() => PassesAsync(Upload.Of(Content).Signature(_ecdsa.Cms(Content, HashAlgorithmName.SHA512), "cms"));

    [Fact]
    public Task Takes_a_CMS_signature_over_SHA_512_of_a_file_that_is_staged_on_disk()
    {
        var large = new byte[(5 << 20) + 7];
        return PassesAsync(Upload.Of("first"u8.ToArray()).Signature(_rsa.Cms("first"u8.ToArray()), "cms").Part(PartRole.Content, large).Signature(_rsa.Cms(large, HashAlgorithmName.SHA384), "cms", of: 2));
    }

    [Fact]
    public Task Takes_a_raw_RSA_signature_with_its_certificate() =>
        PassesAsync(Upload.Of(Content).Signature(_rsa.Raw(Content), "rsa-pkcs1-sha256").Certificates(_rsa.CertificatePem));

    [Fact]
    public Task Takes_a_raw_ECDSA_signature_with_its_certificate() =>
        PassesAsync(Upload.Of(Content).Signature(_ecdsa.Raw(Content), "ecdsa-sha256").Certificates(_ecdsa.CertificatePem));

    [Fact]
    public Task Takes_two_signatures_over_one_file() => PassesAsync(Upload.Of(Content)
        .Signature(_rsa.Cms(Content), "cms").Signature(_ecdsa.Raw(Content), "ecdsa-sha256").Certificates(_ecdsa.CertificatePem, of: 2));

    [Fact]
    public Task Refuses_content_that_differs_from_what_was_signed() =>
        RefusedAsync(Upload.Of(Flip(Content, 3)).Signature(_rsa.Cms(Content), "cms"), "TOTAL-FAILED HASH_FAILURE");

    [Fact]
    public Task Refuses_a_raw_signature_that_was_changed() =>
        RefusedAsync(Upload.Of(Content).Signature(Flip(_rsa.Raw(Content), 10), "rsa-pkcs1-sha256").Certificates(_rsa.CertificatePem), "TOTAL-FAILED SIG_CRYPTO_FAILURE");

    [Fact]
    public Task Refuses_a_signature_with_the_certificate_of_another() =>
        RefusedAsync(Upload.Of(Content).Signature(_rsa.Raw(Content), "rsa-pkcs1-sha256").Certificates(_ecdsa.CertificatePem), "does not hold");

    [Fact]
    public Task Refuses_what_is_no_signature() => RefusedAsync(Upload.Of(Content).Signature([1, 2, 3], "cms"), "FORMAT_FAILURE");

    [Fact]
    public Task Refuses_a_raw_signature_without_its_certificate() =>
        RefusedAsync(Upload.Of(Content).Signature(_rsa.Raw(Content), "rsa-pkcs1-sha256"), "NO_SIGNING_CERTIFICATE_FOUND");

    [Fact]
    public async Task Refuses_a_certificate_that_leads_to_no_configured_root()
    {
        using var stranger = TestSigner.WithRsa();
        await RefusedAsync(Upload.Of(Content).Signature(stranger.Cms(Content), "cms"), "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND");
    }

    [Fact]
    public Task Refuses_a_record_without_a_signature() => RefusedAsync(Upload.Of(Content), "takes only signed records");

    [Fact]
    public Task Refuses_an_unsigned_file_beside_a_signed_one() =>
        RefusedAsync(Upload.Of(Content).Signature(_rsa.Cms(Content), "cms").Part(PartRole.Content, "unsigned"u8.ToArray()), "c0002 has no signature");

    [Fact]
    public Task Refuses_the_whole_record_for_one_bad_signature_among_good_ones() => RefusedAsync(
        Upload.Of(Content).Signature(_rsa.Cms(Content), "cms").Part(PartRole.Content, "two"u8.ToArray()).Signature(_rsa.Cms(Content), "cms", of: 2), "s0002 over c0002");

    [Fact]
    public async Task Keeps_an_untrusted_signature_and_says_so_where_the_configuration_allows_it()
    {
        await _node.StopAsync();
        _node.Edit(json => json["requireTrustedChain"] = false);
        await _node.StartAsync();
        using var stranger = TestSigner.WithRsa();
        var receipt = await Upload.Of(Content).Signature(stranger.Cms(Content), "cms").SendAsync(_node);
        Assert.Equal("INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND", receipt.Signature);
        var verdict = await _node.Client.VerifyRecordAsync(receipt.Record, CancellationToken.None);
        Assert.Equal(Core.Verification.Outcome.Undetermined, verdict.Layers[Layer.Signature]);
        var changed = await Upload.Of(Flip(Content, 0)).Signature(stranger.Cms(Content), "cms").RefusedAsync(_node);
        Assert.Contains("HASH_FAILURE", changed.Detail, StringComparison.Ordinal);
    }
}
