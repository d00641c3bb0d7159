using System.Text;

namespace Evidence.Core.Packages.Texts;

/// <summary>README.txt: what a package is, and how to check it by hand. The same bytes in every package of this version.</summary>
internal static class ReadmeText
{
    private const string Text =
        """
        EVIDENCE PACKAGE  证据包  (evidence.package/1)

        这个文件把电子档案记录及其证据放在一起，可以离线验证，不需要信任保管它的系统。
        验证者应从其他途径取得 trust.json（账本、合约、日志与见证人的密钥），不得使用保管方随包提供的。
        没有 trust.json，账本一层只能得出“无法判定”。statement.json 与 certificate.html 由包内数据得出，不是验证结果。

        This file holds electronic records and what proves them. It can be checked offline, without trusting the system
        that kept them. Get trust.json (ledger, contract, log and witness keys) by another channel, never from that
        system. Without it the ledger layer is UNDETERMINED. statement.json and certificate.html follow from the other
        members; they are not the result of a check.

        With the tool 用工具验证:
            evidence-verify PACKAGE.zip --trust trust.json

        By hand 手工验证 (unzip the file first; for every folder R of records/):
        1. Content 内容. For every entry of "parts" in R/seal.json: sha256sum R/parts/NAME gives its "sha256".
        2. Signature 签名. A part with "type":"cms" is a detached signature over the part named in "of":
            (cat ROOTS.pem; echo; cat R/parts/k0001) > chain.pem
            openssl cms -verify -binary -inform DER -in R/parts/s0001 -content R/parts/c0001 -CAfile chain.pem \
                -purpose any -attime $(date -d RECEIVED +%s) -out /dev/null
           (RECEIVED: the time of receipt in the seal, which the archive claims; ROOTS.pem: the roots that you trust;
           k0001 may be absent.) Other types are raw signature values; the certificate is the first one in the k part:
            openssl x509 -in R/parts/k0001 -pubkey -noout > key.pem
            openssl dgst -sha256 -verify key.pem -signature R/parts/s0001 R/parts/c0001
           signature-roots.pem holds the roots that the archive accepts; which roots to trust is yours to say.
        3. Log 日志. The leaf is SHA-256 of a zero byte followed by R/seal.json. R/inclusion.tlog-proof (C2SP tlog-proof)
           gives the leaf's index, the inclusion proof (RFC 9162, section 2.1.3) and the signed checkpoint;
           log/keys.json names the log's Ed25519 key (C2SP signed-note), which must be one in trust.json.
        4. Ledger 账本. In anchors/SIZE.json: Keccak-256 of "header" is "blockHash" (on QBFT and IBFT 2.0 chains with the
           commit seals left out); the nodes of "receiptProof" lead from the header's receipts root to "receipt"; the
           receipt holds the event
            Anchored(bytes32 logId, uint64 size, bytes32 root, uint64 previousSize)
           of "contract", where logId is SHA-256 of "first" in log/keys.json, and size and root are the checkpoint's.
           Which validators' seals or witnesses' cosignatures must be there is stated in trust.json ("quorum").
           Headers in anchors/history.json, where it is there, prove who the validators are if trust.json names only earlier
           ones: each is sealed by those in force before it, and the votes in them say who followed.
        manifest.json lists size and SHA-256 of every other member.

        """;

    /// <summary>What the first line has before the number of the format's version, and behind it.</summary>
    private const string BeforeVersion = "EVIDENCE PACKAGE  证据包  (evidence.package/", BehindVersion = ")\n";

    internal static byte[] Bytes => Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n"));

    /// <summary>The version that a README names when it is not this one; null for anything else.</summary>
    internal static string? OtherVersion(ReadOnlySpan<byte> readme)
    {
        var before = Encoding.UTF8.GetBytes(BeforeVersion);
        if (!readme.StartsWith(before)) return null;
        var rest = readme[before.Length..];
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is < 1 or > 9 || !rest[digits..].StartsWith(Encoding.ASCII.GetBytes(BehindVersion))) return null;
        var version = Encoding.ASCII.GetString(rest[..digits]);
        return version == "1" ? null : version;
    }
}
