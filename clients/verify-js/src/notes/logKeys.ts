import type { TrustedLog } from '../trust/policy.js';
import { Codes } from '../verification/codes.js';
import { type Finding, FindingList } from '../verification/finding.js';
import type { SignedCheckpoint } from './checkpoint.js';
import type { Rotation } from './rotation.js';
import type { VerifierKey } from './verifierKey.js';

/** The keys that a log has had, in order. The log stays the one of its first key. */
export class LogKeyHistory {
  private constructor(
    readonly keys: readonly [VerifierKey, ...VerifierKey[]],
    /** The sizes at which each key gave way to the next one. */
    private readonly sizes: readonly bigint[],
  ) {}

  /** The history of a log whose key has not changed. */
  static of(first: VerifierKey): LogKeyHistory {
    return new LogKeyHistory([first], []);
  }

  get origin(): string {
    return this.keys[0].name;
  }

  /** The log's id on the ledger. */
  get logId(): string {
    return this.keys[0].logId;
  }

  holds(key: VerifierKey): boolean {
    return this.keys.some((own) => own.text === key.text);
  }

  /** The keys that may sign a checkpoint of this size: at exactly the size of a rotation both that it names. */
  validAt(size: bigint): VerifierKey[] {
    return this.keys.filter((_, i) => (this.sizes[i - 1] ?? 0n) <= size && size <= (this.sizes[i] ?? size));
  }

  /** The history with one rotation more; null, and findings, when it does not hold. */
  next(rotation: Rotation, list: FindingList): LogKeyHistory | null {
    const [subject, wrong] = [`rotation ${this.sizes.length + 1}`, `A rotation of the key of ${this.origin} does not hold:`];
    const [current, last] = [this.keys[this.keys.length - 1] as VerifierKey, this.sizes[this.sizes.length - 1] ?? 0n];
    if (rotation.old.text !== current.text || this.keys.some((key) => key.id === rotation.next.id) || rotation.size < last)
      list.error(Codes.rotationUnlinked, subject, `${wrong} it does not follow on what stands before it.`);
    for (const key of [rotation.old, rotation.next]) {
      if (!rotation.note.bears(key)) list.warning(Codes.rotationUnsigned, subject, `${wrong} ${key.text} has not signed it.`);
      else if (!rotation.note.isSignedBy(key)) list.error(Codes.rotationSignatureWrong, subject, `${wrong} the signature of ${key.text} does not verify.`);
    }
    return list.clean ? new LogKeyHistory([...this.keys, rotation.next], [...this.sizes, rotation.size]) : null;
  }
}

/** The keys of a log as an archive states them, up to the first rotation that does not hold. */
export class StatedLogKeys {
  readonly history: LogKeyHistory;
  readonly findings: readonly Finding[];

  constructor(first: VerifierKey, rotations: readonly Rotation[]) {
    const list = new FindingList('log');
    let history = LogKeyHistory.of(first);
    for (const rotation of rotations) {
      const next = history.next(rotation, list);
      if (next === null) break;
      history = next;
    }
    [this.history, this.findings] = [history, list.findings];
  }
}

/** A log that trust.json accepts: its id on the ledger, and the keys that may sign for it. */
export interface AcceptedLog {
  readonly id: string;
  readonly keys: LogKeyHistory;
}

/** The logs that are accepted: each with the history that the archive states, where that is of its id and holds its key, else with the key by itself. */
export function acceptedLogs(trusted: readonly TrustedLog[], stated: StatedLogKeys | null): AcceptedLog[] {
  return trusted.map((log) => ({ id: log.id, keys: stated !== null && vouches(log, stated.history) ? stated.history : LogKeyHistory.of(log.key) }));
}

/** The id is never taken from the history: its first key has signed for whoever it handed the log on to, and nobody for it. */
export function vouches({ key, id }: TrustedLog, history: LogKeyHistory): boolean {
  return history.logId === id && history.holds(key);
}

/** Whether a key that is valid at the checkpoint's size, of one of the logs named like its origin, signed it. */
export function checkSignedBy({ note, checkpoint }: SignedCheckpoint, logs: readonly LogKeyHistory[], list: FindingList): boolean {
  const named = logs.filter((log) => log.origin === checkpoint.origin);
  const valid = named.flatMap((log) => log.validAt(checkpoint.size));
  const signer = valid.find((key) => note.isSignedBy(key));
  if (signer !== undefined) {
    list.ground(`Log: the checkpoint is signed by ${signer.text}.`);
    return true;
  }
  const subject = checkpoint.origin;
  if (named.length === 0) list.warning(Codes.logUnexpected, subject, 'The checkpoint is of a log whose key is not among those to be accepted.');
  else if (valid.some((key) => note.bears(key))) list.error(Codes.checkpointSignatureWrong, subject, "The checkpoint's signature does not verify with the log's key.");
  else if (named.some((log) => log.keys.some((key) => note.isSignedBy(key)))) list.error(Codes.checkpointKeyOutOfTime, subject, 'The checkpoint is signed by a key of the log that, by its rotations, does not sign at this size.');
  else list.warning(Codes.logUnexpected, subject, 'The checkpoint is not signed by the key that is to be accepted for this log.');
  return false;
}
