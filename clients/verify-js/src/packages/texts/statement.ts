import { hex0x } from '../../bytes.js';
import { canonicalJson } from '../../json/canonical.js';
import { type Json, JsonNumber } from '../../json/parse.js';
import type { Outcome } from '../../verification/finding.js';
import type { RecordLayer } from '../../verification/verdict.js';
import { certificateText, type PackageFacts } from './facts.js';

/** What the archive claims of each layer: signature and ledger are left to whoever has roots and a trust.json to judge them by. */
export function claimedLayers(facts: PackageFacts): Record<RecordLayer, Outcome> {
  return { content: 'INTACT', seal: 'INTACT', signature: facts.signed === 0 ? 'NONE' : 'UNDETERMINED', log: 'INTACT', ledger: 'UNDETERMINED' };
}

/** statement.json, format evidence.statement/1. */
export function renderStatement(facts: PackageFacts): Uint8Array {
  const { anchor, checkpoint } = facts;
  return canonicalJson(
    object({
      ...(anchor !== null && {
        anchor: object({
          block: number(anchor.blockNumber),
          blockHash: hex0x(anchor.blockHash),
          chainId: number(anchor.chainId),
          contract: anchor.contract,
        }),
      }),
      certificate: certificateText(facts),
      checkpoint: object({ note: facts.noteSha256, origin: checkpoint.origin, root: checkpoint.root, size: number(checkpoint.size) }),
      format: 'evidence.statement/1',
      heading: facts.heading,
      layers: object({ ...claimedLayers(facts) }),
      records: object({ count: number(facts.count), first: facts.first.record, list: facts.list, signed: number(facts.signed) }),
      whole: 'UNDETERMINED',
    }),
  );
}

const object = (members: Readonly<Record<string, Json>>): Json => new Map(Object.entries(members));
const number = (value: number | bigint): JsonNumber => new JsonNumber(`${value}`);
