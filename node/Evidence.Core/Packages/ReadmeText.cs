using System.Text;

namespace Evidence.Core.Packages;

/// <summary>README.txt: what the package is, and how to check it by hand.</summary>
internal static class ReadmeText
{
    internal static byte[] Render(PackageDocument document) => Encoding.UTF8.GetBytes(
        $"""
        EVIDENCE PACKAGE  证据包
        Record 档案记录: {document.Seal.Record}
        Seal 封存 (SHA-256 of seal.json): {document.SealSha256}

        这个文件把一份电子档案及其证据放在一起，可以离线验证，不需要信任保管它的系统。
        验证者应从其他途径取得 trust.json（账本、合约、日志与见证人的密钥），不得使用保管方随包提供的。
        没有 trust.json，账本一层只能得出“无法判定”。statement.json 与 certificate.html 只是保管方的陈述，不是验证结果。

        This file holds one electronic record and what proves it. It can be checked offline, without trusting the
        system that kept it. Get trust.json (ledger, contract, log and witness keys) by another channel, never from
        that system. Without it the ledger layer is UNDETERMINED. statement.json and certificate.html are what the
        archive states, not the result of a check.

        With the tool 用工具验证:
            evidence verify PACKAGE.zip --trust trust.json

        By hand 手工验证 (unzip the file first):
        1. Content 内容. For every entry of "parts" in seal.json: sha256sum parts/NAME gives its "sha256".
        2. Signature 签名. A part with "type":"cms" is a detached signature over the part named in "of":
            (cat ROOTS.pem; echo; cat parts/k0001) > chain.pem
            openssl cms -verify -binary -inform DER -in parts/s0001 -content parts/c0001 -CAfile chain.pem -purpose any -attime {document.Seal.Received.ToUnixTimeSeconds()} -out /dev/null
           (-attime: the time of receipt that the archive claims; ROOTS.pem: the roots that you trust; k0001 may be absent.)
           Other types are raw signature values; the certificate is the first one in the k part of the same number:
            openssl x509 -in parts/k0001 -pubkey -noout > key.pem
            openssl dgst -sha256 -verify key.pem -signature parts/s0001 parts/c0001
           signature-roots.pem holds the roots that the archive accepts; which roots to trust is yours to say.
        3. Log 日志. The leaf is SHA-256 of a zero byte followed by seal.json. log/inclusion.tlog-proof (C2SP tlog-proof)
           gives the leaf's index, the inclusion proof (RFC 9162, section 2.1.3) and the signed checkpoint; log/key is
           the log's Ed25519 key (C2SP signed-note), which must be the one in trust.json.
        4. Ledger 账本. In anchor/anchor.json: Keccak-256 of "header" is "blockHash"; the nodes of "receiptProof" lead
           from the header's receipts root to "receipt"; the receipt holds the event
            Anchored(bytes32 logId, uint64 size, bytes32 root, uint64 previousSize)
           of "contract", where logId is SHA-256 of the text in log/key, and size and root are the checkpoint's.
           Which validators' seals or witnesses' cosignatures must be there is stated in trust.json ("quorum").
        manifest.json lists SHA-256 of every other member.

        """.ReplaceLineEndings("\n"));
}
