import { fromHex, hex } from '../bytes.js';
import { sha256 } from '../crypto/hashes.js';
import { EventChain } from '../events/chain.js';
import { type EventDocument, parseEvents, submitterOf } from '../events/document.js';
import { leafHash, verifyInclusion } from '../log/merkle.js';
import { parseSignedCheckpoint } from '../notes/checkpoint.js';
import type { StatedLogKeys } from '../notes/logKeys.js';
import type { TlogProof } from '../notes/tlogProof.js';
import type { Seal } from '../seals/seal.js';
import { Codes } from '../verification/codes.js';
import type { PackageFindings } from './findings.js';
import type { PackagedLeaves } from './packagedLeaves.js';
import { attempt, type RecordReading } from './recordReading.js';

/** A code, a sentence, and what was compared. */
type Fault = readonly [code: string, message: string, expected?: string, actual?: string];

/** Judges the event documents of a package: each is proven like a record, names the one before it as far as that is here, and concerns a record of the package. */
export class PackagedEvents {
  count = 0;
  private chain: EventChain | null = null;

  constructor(private readonly list: PackageFindings) {}

  /** What can be said when nothing was found. */
  get ground(): string {
    return `Events: ${this.count} event documents are proven to be in the log's checkpoint, and name each other as far as they are here. That none was left out is not claimed.`;
  }

  judge(record: RecordReading, complete: boolean, keys: StatedLogKeys | null, leaves: PackagedLeaves): void {
    this.count++;
    const fault: Fault | null = complete ? this.faultOf(record, keys, leaves) : [Codes.eventsUnreadable, 'The package is not readable up to the end of the event document.'];
    if (fault === null) return;
    const [code, message, expected, actual] = fault;
    const severity = code === Codes.eventsUnreadable ? 'warning' : 'error';
    this.list.add({ code, severity, layer: 'events', subject: `events/${record.record}`, message, record: record.record, ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) });
  }

  private faultOf(record: RecordReading, keys: StatedLogKeys | null, leaves: PackagedLeaves): Fault | null {
    const { seal, sealBytes, proof } = record;
    if (!record.hasSeal) return [Codes.eventsMissing, 'The seal of the event document is not there.'];
    if (!record.hasProof) return [Codes.eventsMissing, 'The inclusion proof of the event document is not there.'];
    if (sealBytes === null || proof === null) return [Codes.eventsUnreadable, 'The seal or the inclusion proof of the event document is not at hand.'];
    if (seal === null || seal.record !== record.record) return [Codes.eventsChanged, 'The seal of the event document is not one, or is that of another record.'];
    return faultOfParts(record, seal) ?? faultOfProof(seal, sealBytes, proof) ?? this.faultOfDocument(record, sealBytes, proof, keys, leaves);
  }

  private faultOfDocument(record: RecordReading, sealBytes: Uint8Array, proof: TlogProof, keys: StatedLogKeys | null, leaves: PackagedLeaves): Fault | null {
    if (keys === null) return [Codes.eventsUnreadable, "Without the log's keys the event document cannot be judged."];
    const bytes = record.part('c0001')?.bytes ?? null;
    let why = 'Its bytes are not at hand.';
    const document = bytes === null ? null : attempt<EventDocument>(() => parseEvents(bytes), (message) => (why = message));
    if (document === null) return [Codes.eventsUnreadable, `The event document could not be read: ${why}`];
    this.chain ??= new EventChain(parseSignedCheckpoint(proof.checkpoint).checkpoint.origin, keys.history.logId);
    const fault = this.chain.next(proof.index, hex(sha256(sealBytes)), document);
    if (fault !== null) return fault;
    const concerns = document.events.some((objects) => objects.some((one) => one.log === document.log && leaves.meet(one)));
    return concerns ? null : [Codes.eventsUnexpected, 'The event document concerns no record of the package.'];
  }
}

function faultOfParts(record: RecordReading, seal: Seal): Fault | null {
  for (const part of seal.parts) {
    const member = record.part(part.name);
    if (member === undefined) return [Codes.eventsMissing, `The part ${part.name} of the event document is not there.`];
    if (member.entry.size !== part.size || member.sha256 !== part.sha256) return [Codes.eventsChanged, `The part ${part.name} of the event document is not the one that was sealed.`, part.sha256, member.sha256];
  }
  const isExtra = record.partNames.some((name) => !seal.parts.some((part) => part.name === name));
  return isExtra ? [Codes.eventsUnexpected, 'A part is there that the seal of the event document does not name.'] : null;
}

function faultOfProof(seal: Seal, sealBytes: Uint8Array, proof: TlogProof): Fault | null {
  const { checkpoint } = parseSignedCheckpoint(proof.checkpoint);
  if (!verifyInclusion(leafHash(sealBytes), proof.index, checkpoint.size, proof.hashes, fromHex(checkpoint.root) as Uint8Array)) return [Codes.eventsChanged, 'The seal of the event document does not prove into the checkpoint.'];
  const expected = submitterOf(checkpoint.origin);
  return seal.submitter === expected ? null : [Codes.eventsUnexpected, "The record was not filed by the log's own node, so it is no event document.", expected, seal.submitter];
}
