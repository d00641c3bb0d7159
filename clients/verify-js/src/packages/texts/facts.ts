import { hex, toUtf8 } from '../../bytes.js';
import type { AnchorProof } from '../../chain/anchorProof.js';
import { type RunningHash, sha256 } from '../../crypto/hashes.js';
import type { Checkpoint } from '../../notes/checkpoint.js';
import { type Metadata, parseMetadata } from '../../seals/metadata.js';
import type { Seal } from '../../seals/seal.js';
import { attempt } from '../recordReading.js';

const MAX_LISTED = 16;

export interface ListedRecord {
  readonly record: string;
  readonly leaf: bigint;
  readonly sealSha256: string;
}

/** What statement and certificate are derived from, gathered record by record from the members alone; the same memory for one record and for a million. */
export class PackageFacts {
  count = 0;
  /** How many records have a signature part. */
  signed = 0;
  /** The first records. */
  readonly listed: ListedRecord[] = [];
  firstSeal: Seal | null = null;
  firstMetadata: Metadata | null = null;
  private readonly lines: RunningHash;
  private listDigest: string | null = null;

  constructor(
    readonly logKey: string,
    readonly checkpoint: Checkpoint,
    /** SHA-256 of the stated checkpoint's note with all its signature lines. */
    readonly noteSha256: string,
    /** SHA-256 over one line for each member between the README and the records. */
    readonly heading: string,
    readonly anchor: AnchorProof | null,
    newSha256: () => RunningHash,
  ) {
    this.lines = newSha256();
  }

  add(record: string, leaf: bigint, sealBytes: Uint8Array, seal: Seal, metadata: Uint8Array | null): void {
    if (this.count++ === 0) [this.firstSeal, this.firstMetadata] = [seal, metadata && attempt(() => parseMetadata(metadata), () => undefined)];
    if (seal.parts.some((part) => part.role === 'signature')) this.signed++;
    const sealSha256 = hex(sha256(sealBytes));
    if (this.listed.length < MAX_LISTED) this.listed.push({ record, leaf, sealSha256 });
    this.lines.update(toUtf8(`${record} ${sealSha256}\n`));
  }

  get first(): ListedRecord {
    return this.listed[0] as ListedRecord;
  }

  get hasMore(): boolean {
    return this.count > this.listed.length;
  }

  /** SHA-256 over one line for each record; nothing may be added any more. */
  get list(): string {
    return (this.listDigest ??= hex(this.lines.digest()));
  }
}

/** The text that a certificate carries as a QR code and in letters. */
export function certificateText(facts: PackageFacts): string {
  return facts.count === 1 ? recordText(facts.first.record, facts.first.sealSha256, facts.anchor) : paperText(`${facts.count}`, facts.list, facts.anchor);
}

/** The text of a certificate of one record. */
export const recordText = (record: string, sealSha256: string, anchor: AnchorProof | null): string => paperText(record, sealSha256, anchor);

function paperText(subject: string, digest: string, anchor: AnchorProof | null): string {
  const fields = anchor === null ? [] : [anchor.chainId, anchor.contract.slice(2), anchor.blockNumber, hex(anchor.blockHash)];
  return ['EVIDENCE1', subject, digest, ...fields].join(':').toUpperCase();
}
