import { FormatError, fromUtf8 } from '../bytes.js';
import { parseSignedCheckpoint } from '../notes/checkpoint.js';
import { parseTlogProof, type TlogProof } from '../notes/tlogProof.js';
import { parseSeal, type Seal } from '../seals/seal.js';
import { Codes } from '../verification/codes.js';
import type { PartObservation } from '../verification/record.js';
import type { PackageFindings } from './findings.js';
import { Place, type RecordMemberName } from './memberName.js';
import type { ReadMember } from './walk.js';

/** The members of one record, or of one event document, while they are read. */
export class RecordReading {
  sealBytes: Uint8Array | null = null;
  /** The seal, when its bytes are one. */
  seal: Seal | null = null;
  /** Whether the seal is there, at hand or not. */
  hasSeal = false;
  proof: TlogProof | null = null;
  hasProof = false;
  private readonly parts = new Map<string, ReadMember>();
  private lastPlace = -1;
  private isEmpty = true;

  constructor(
    readonly record: string,
    private readonly place: 5 | 6,
  ) {}

  /** Whether it is an event document and no record that is asked for. */
  get isEvents(): boolean {
    return this.place === Place.events;
  }

  get partNames(): string[] {
    return [...this.parts.keys()];
  }

  get proofName(): string {
    return `${this.isEvents ? 'events' : 'records'}/${this.record}/inclusion.tlog-proof`;
  }

  /** Takes a member of this record; false when it is not in its place. */
  accept(member: ReadMember, name: RecordMemberName, list: PackageFindings): boolean {
    const isFirst = this.isEmpty;
    this.isEmpty = false;
    if (name.within === 'seal') return isFirst && this.takeSeal(member);
    if (this.hasProof) return false;
    return name.within === 'part' ? this.takePart(member, name.part) : this.takeProof(member, list);
  }

  part(name: string): ReadMember | undefined {
    return this.parts.get(name);
  }

  /** What was read of the parts. Those that the walk did not come to are unreadable, not missing. */
  observe(complete: boolean): PartObservation[] {
    const read = [...this.parts].map(([name, member]): PartObservation => ({ name, read: member.isWhole ? { size: member.entry.size, sha256: member.sha256 } : null }));
    const unreached = complete ? [] : (this.seal?.parts ?? []).filter((part) => !this.parts.has(part.name));
    return [...read, ...unreached.map(({ name }) => ({ name, read: null }))];
  }

  private takeSeal(member: ReadMember): boolean {
    [this.hasSeal, this.sealBytes] = [true, member.bytes];
    // What is wrong with it is for the layer of the seal to say.
    this.seal = member.bytes === null ? null : attempt(() => parseSeal(member.bytes as Uint8Array), () => undefined);
    return true;
  }

  private takePart(member: ReadMember, name: string): boolean {
    const place = this.seal?.parts.findIndex((part) => part.name === name) ?? -1;
    if (this.parts.has(name) || (place >= 0 && place < this.lastPlace)) return false;
    this.parts.set(name, member);
    this.lastPlace = Math.max(this.lastPlace, place);
    return true;
  }

  private takeProof({ bytes }: ReadMember, list: PackageFindings): boolean {
    this.hasProof = true;
    const unreadable = (message: string): void => list.warning(Codes.packageUnreadable, this.proofName, `The member could not be read: ${message}`);
    this.proof = bytes === null ? null : attempt(() => readProof(bytes), unreadable);
    return true;
  }
}

/** A proof whose checkpoint a statement can name: JSON holds no larger number. */
function readProof(bytes: Uint8Array): TlogProof {
  const proof = parseTlogProof(fromUtf8(bytes));
  if (parseSignedCheckpoint(proof.checkpoint).checkpoint.size > Number.MAX_SAFE_INTEGER) throw new FormatError('The checkpoint is of more leaves than a statement can name, 2^53-1.');
  return proof;
}

/** Null, and a word to `refuse`, for what is not of its form. */
export function attempt<T>(read: () => T, refuse: (message: string) => void): T | null {
  try {
    return read();
  } catch (e) {
    if (!(e instanceof FormatError)) throw e;
    refuse(e.message);
    return null;
  }
}
