import type { Finding, Outcome } from './finding.js';
import { checkContentLayer, checkLedgerLayer, checkLogLayer, checkSealLayer, checkSignatureLayer } from './layers.js';
import type { RecordEvidence } from './record.js';

/** The layers that a record has. */
export const RECORD_LAYERS = ['content', 'seal', 'signature', 'log', 'ledger'] as const;
export type RecordLayer = (typeof RECORD_LAYERS)[number];

export interface RecordVerdict {
  readonly record: string;
  readonly whole: Outcome;
  readonly layers: Readonly<Record<RecordLayer, Outcome>>;
  readonly findings: readonly Finding[];
  readonly restsOn: readonly string[];
  /** The time, in seconds, by which the record is proven to have been sealed; null when the ledger layer is not intact. */
  readonly time: bigint | null;
}

/** Judges a record: every finding is collected, and nothing passes that was not read. */
export async function judgeRecord(evidence: RecordEvidence): Promise<RecordVerdict> {
  const seal = checkSealLayer(evidence);
  const ledger = checkLedgerLayer(evidence);
  const results = {
    content: checkContentLayer(evidence, seal.seal),
    seal,
    signature: await checkSignatureLayer(evidence, seal.seal),
    log: checkLogLayer(evidence),
    ledger,
  };
  const all = RECORD_LAYERS.map((layer) => results[layer]);
  const layers = Object.fromEntries(RECORD_LAYERS.map((layer) => [layer, results[layer].outcome])) as Record<RecordLayer, Outcome>;
  return {
    record: evidence.record,
    whole: combine(layers),
    layers,
    findings: all.flatMap(({ list }) => list.findings.map((finding) => ({ ...finding, record: evidence.record }))),
    restsOn: [...new Set(all.flatMap(({ list }) => list.grounds))],
    time: layers.ledger === 'INTACT' ? ledger.time : null,
  };
}

/** ALTERED if any layer is; INTACT if all are, or the signature is NONE; otherwise UNDETERMINED. */
function combine(layers: Readonly<Record<RecordLayer, Outcome>>): Outcome {
  if (RECORD_LAYERS.some((layer) => layers[layer] === 'ALTERED')) return 'ALTERED';
  const intact = RECORD_LAYERS.every((layer) => layers[layer] === 'INTACT' || (layer === 'signature' && layers[layer] === 'NONE'));
  return intact ? 'INTACT' : 'UNDETERMINED';
}

const WEIGHT: Readonly<Record<Outcome, number>> = { NONE: 0, INTACT: 1, UNDETERMINED: 2, ALTERED: 3 };

export const worse = (a: Outcome, b: Outcome): Outcome => (WEIGHT[a] >= WEIGHT[b] ? a : b);
