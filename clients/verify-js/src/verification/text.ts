import type { Report } from '../packages/report.js';
import { LAYERS, type Outcome } from './finding.js';
import { plainText } from './plain.js';
import { CHINESE_LAYERS, CHINESE_OUTCOMES } from './words.js';

const label = (outcome: Outcome): string => `${outcome} ${CHINESE_OUTCOMES[outcome]}`;

/** A report as lines for a person, Chinese and English: outcome, layers, what it rests on, every finding that was kept. */
export function renderReport(report: Report): string {
  const { records } = report;
  const lines = [
    `${label(report.whole)}  ${records.count === 1 ? report.record : `${records.count} records 份档案`}`,
    ...LAYERS.flatMap((layer) => {
      const outcome = report.layers[layer];
      return outcome === undefined ? [] : [`  ${layer.padEnd(10)} ${CHINESE_LAYERS[layer]}  ${label(outcome)}`];
    }),
    ...(records.count > 1 ? [`  ${records.intact} INTACT 一致, ${records.altered} ALTERED 不一致, ${records.undetermined} UNDETERMINED 无法判定`] : []),
    ...report.restsOn.map((ground) => `  rests on: ${plainText(ground)}`),
    ...(report.provenNoLaterThan === undefined ? [] : [`  proven no later than 不晚于: ${report.provenNoLaterThan.replace('.000Z', 'Z')}`]),
    `  trust.json: ${report.trustSha256 === undefined ? 'none 无' : `SHA-256 ${report.trustSha256}`}`,
    ...report.findings.flatMap((finding) => [
      `  ${finding.code} ${finding.severity} [${finding.layer}]${records.count > 1 && finding.record !== undefined ? ` ${finding.record}` : ''} ${plainText(`${finding.subject}: ${finding.message}`)}`,
      ...(finding.expected === undefined ? [] : [`       expected ${plainText(finding.expected)}`]),
      ...(finding.actual === undefined ? [] : [`       found    ${plainText(finding.actual)}`]),
    ]),
    ...(report.findingsLeftOut === 0 ? [] : [`  and ${report.findingsLeftOut} more findings`]),
  ];
  return `${lines.map(harmless).join('\n')}\n`;
}

/** Names in certificates and notes are anyone's; none of them may write on the reader's terminal, or turn a line around. */
const harmless = (line: string): string => line.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '?');
