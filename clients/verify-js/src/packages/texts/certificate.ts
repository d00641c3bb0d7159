import { hex0x, toUtf8 } from '../../bytes.js';
import { DESCRIPTION_FIELDS, type DescriptionField } from '../../seals/metadata.js';
import type { SealPart } from '../../seals/seal.js';
import type { Outcome } from '../../verification/finding.js';
import { CHINESE_OUTCOMES } from '../../verification/words.js';
import { certificateText, type PackageFacts } from './facts.js';
import { qrSvg } from './qr.js';
import { claimedLayers } from './statement.js';

const MAX_PARTS = 8;
const MAX_VALUE = 160;

const STYLE =
  'body{font:9.5pt/1.4 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;max-width:190mm;margin:8mm auto;color:#111}h1{font-size:17pt;text-align:center;margin:0 0 2mm}h2{font-size:11pt;border-bottom:1px solid #888;margin:4mm 0 1mm}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.4mm 2mm;border-bottom:1px solid #ddd}th{white-space:nowrap;font-weight:normal;color:#444;width:1%}td,p.c{font-size:8.5pt;overflow-wrap:anywhere}p{font-size:8.5pt;margin:1mm 0}svg{float:right;width:38mm;height:38mm;margin:0 0 2mm 4mm}@media print{body{margin:0}@page{size:A4;margin:14mm}}';

const LABELS: Readonly<Record<DescriptionField, string>> = { title: '题名 Title', fonds: '全宗 Fonds', series: '类别 Series', fileNumber: '档号 File number', retentionPeriod: '保管期限 Retention period', securityClass: '密级 Security class' };

/** certificate.html, the certificate of preservation (存证证明): one page that follows from the other members, to the byte. */
export function renderCertificate(facts: PackageFacts): Uint8Array {
  const text = certificateText(facts);
  const lines = [
    '<!DOCTYPE html>',
    `<html lang="zh"><head><meta charset="utf-8"><title>存证证明 Certificate of preservation</title><style>${STYLE}</style></head><body>`,
    '<h1>存证证明<br>Certificate of preservation</h1>',
    qrSvg(text),
    '<p>本页由证据包中的数据得出，是保管方的陈述，不是验证结果；以验证者用其 trust.json 离线验证证据包的结果为准。</p>',
    "<p>This page follows from the data in the evidence package and is the archive's statement, not the result of a check. What counts is what a verifier finds offline in the package with a trust.json of their own.</p>",
    ...table('所证 What is claimed', facts.count === 1 ? claimsOfOne(facts) : claimsOfMany(facts)),
    ...table('依据 On what it rests', rests(facts)),
    ...table('各层结论 Verdict of each layer', layers(facts)),
    '<h2>核对 How to check this paper</h2>',
    `<p>evidence-verify PACKAGE.zip --trust trust.json --certificate "${text}"</p>`,
    '</body></html>',
  ];
  return toUtf8(`${lines.join('\n')}\n`);
}

type Row = readonly [label: string, value: string];

function table(title: string, rows: readonly Row[]): string[] {
  return [`<h2>${title}</h2>`, '<table>', ...rows.map(([label, value]) => `<tr><th>${label}</th><td>${escape(cut(value))}</td></tr>`), '</table>'];
}

function claimsOfOne({ first, firstSeal, firstMetadata }: PackageFacts): Row[] {
  const [parts, submitter] = [firstSeal?.parts ?? [], firstSeal?.submitter ?? ''];
  const described = DESCRIPTION_FIELDS.flatMap((field): Row[] => {
    const text = firstMetadata?.description[field];
    return text === undefined ? [] : [[LABELS[field], text]];
  });
  return [
    ['编号 Record', first.record],
    ...described,
    ['接收时间（保管方声明） Received, as the archive claims', firstSeal?.received ?? ''],
    ...(submitter === '' ? [] : [['提交者 Submitter', submitter] as const]),
    ['封存 Seal, SHA-256', first.sealSha256],
    ...parts.slice(0, MAX_PARTS).map((part): Row => ['组成部分 Part', describePart(part, firstMetadata?.fileNames.get(part.name))]),
    ...(parts.length > MAX_PARTS ? [['组成部分 Parts', `共 ${parts.length} 项 ${parts.length} in all`] as const] : []),
  ];
}

function describePart(part: SealPart, fileName: string | undefined): string {
  return `${part.name} ${part.role}, ${part.size} bytes, SHA-256 ${part.sha256}${fileName === undefined ? '' : `, ${fileName}`}`;
}

function claimsOfMany(facts: PackageFacts): Row[] {
  return [
    ['档案记录数 Records', `${facts.count}`],
    ['清单 List, SHA-256', facts.list],
    ...facts.listed.map(({ record, leaf, sealSha256 }): Row => ['档案记录 Record', `${record}, 叶 leaf ${leaf}, SHA-256 of seal ${sealSha256}`]),
    ...(facts.hasMore ? [['档案记录 Records', `共 ${facts.count} 份 ${facts.count} in all`] as const] : []),
  ];
}

function rests({ checkpoint, logKey, anchor, count, first }: PackageFacts): Row[] {
  return [
    ['日志 Log', checkpoint.origin],
    ['日志密钥 Log key', logKey],
    ...(count === 1 ? [['叶 Leaf', `${first.leaf}`] as const] : []),
    ['检查点 Checkpoint', `${checkpoint.size} 叶 leaves`],
    ['根 Root', checkpoint.root],
    ...(anchor === null
      ? [['锚定 Anchor', '已封存，尚未锚定 sealed, not yet anchored'] as const]
      : ([
          ['链 Chain id', `${anchor.chainId}`],
          ['合约 Contract', anchor.contract],
          ['区块 Block', `${anchor.blockNumber}`],
          ['区块哈希 Block hash', hex0x(anchor.blockHash)],
        ] as const)),
  ];
}

function layers(facts: PackageFacts): Row[] {
  const claimed = claimedLayers(facts);
  const signature = facts.signed === 0 ? '记录未附签名。 The records carry no signature.' : '由验证者按其信任的根证书判定。 To be judged under the roots that the verifier trusts.';
  const row = (label: string, outcome: Outcome, sentence: string): Row => [label, `${outcome} ${CHINESE_OUTCOMES[outcome]}: ${sentence}`];
  return [
    row('内容 Content', claimed.content, '制包时读取了每一组成部分，均为封存所列。 Every part was read when the package was made, and is the one that the seal names.'),
    row('封存 Seal', claimed.seal, '封存格式正确，且属于该记录。 The seal is in canonical form and of this record.'),
    row('签名 Signature', claimed.signature, signature),
    row('日志 Log', claimed.log, "封存已列入日志检查点。 The seal is proven to be in the log's checkpoint."),
    row('账本 Ledger', claimed.ledger, "由验证者按其 trust.json 判定。 To be judged with the verifier's trust.json."),
    row('总体 Whole', 'UNDETERMINED', '在验证者判定之前不作结论。 Nothing is concluded before the verifier has judged.'),
  ];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] as string);

/** By code points, so that no character is cut in two. */
function cut(text: string): string {
  const points = [...text];
  return points.length > MAX_VALUE ? `${points.slice(0, MAX_VALUE).join('')}…` : text;
}
