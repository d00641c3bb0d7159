using System.Text;

namespace Evidence.Core.Backups;

/// <summary>README.txt at the top of a medium: what it is and how to check it by hand. The same bytes on every medium of this version.</summary>
internal static class ReadmeText
{
    internal static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Text);

    private const string Text =
        """
        EVIDENCE BACKUP MEDIUM 1  电子文件存证备份介质

        What this is 这是什么
          A copy of one or more evidence logs: every record with its seal, the log, and what proves it
          on the ledger. It holds no secret key. Nothing on it needs the software that wrote it.
          本介质保存一个或多个存证日志的完整副本：全部档案及其封存、日志、账本证明。不含任何私钥，
          不依赖写入它的软件即可核验。

          0001/ 0002/ ...           one folder for each backup, in order; a later one has only what is new
                                    每次备份一个目录，后一次只含新增部分
          0001/SHA256SUMS           digests of all files of that backup 该次备份全部文件的摘要
          0001/backup.json          what it wrote, and up to which leaf the medium is complete
                                    目录：写入了什么，介质完整到第几条记录
          0001/logs/LOG/keys.json   the keys that sign the log 日志公钥
          0001/logs/LOG/checkpoint  what the log says of itself, signed 日志签名的检查点
          0001/logs/LOG/tiles.tar   the hashes of the log (C2SP tlog-tiles) 日志哈希
          0001/logs/LOG/volumes/    the records: tar files 档案：tar 文件
          0001/logs/LOG/proofs/     anchors on the ledger, cosignatures of witnesses 账本锚定证明、见证签名
          *.unfinished, *.journal   a backup that was broken off: it does not count, the next one goes on with it
                                    中断的备份：不计入，下次备份自动续作

        Check the bytes 核对字节
          for b in [0-9][0-9][0-9][0-9]; do (cd $b && sha256sum -c --quiet SHA256SUMS) || echo "$b: ALTERED 不一致"; done
          Nothing is printed when all is well. "previous" in 0002/backup.json is what
          `sha256sum 0001/SHA256SUMS` prints, and so on. 全部一致时无输出。

        Unpack and check the records 解包并核对档案
          mkdir /tmp/out && for b in [0-9][0-9][0-9][0-9]; do for t in $b/logs/*/volumes/*.tar; do tar -C /tmp/out -xf $t; done; done
          cd /tmp/out && for v in v*; do (cd $v && test ! -f manifest-sha256.txt || sha256sum -c --quiet manifest-sha256.txt); done
          Each folder v... that has a manifest is a BagIt bag (RFC 8493); the volume that is still written has none yet.
          With several logs on the medium unpack each into a folder of its own. 多个日志时请分别解包。
          A file v....from-N.tar holds the volume's bytes from N on: `cat v0000000001*.tar` of all backups, in order,
          is the volume. The leaf of a record is SHA-256(0x00 || seal-N.json). 分片按顺序拼接即为原卷。

        Prove it 证明
          evidence-verify MEDIUM --trust trust.json
          with a trust.json that you have from someone else than this medium 信任文件须从其他可信途径取得
          Restore and prove it in an empty folder 在空目录中演练恢复：evidence drill

        """;
}
