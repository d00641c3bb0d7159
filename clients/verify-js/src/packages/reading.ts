import { hex, printable, toUtf8 } from '../bytes.js';
import { type AnchorProof, parseAnchorProof } from '../chain/anchorProof.js';
import { ValidatorHistory } from '../chain/consensus/history.js';
import { type RunningHash, sha256 } from '../crypto/hashes.js';
import { parseCanonical } from '../json/canonical.js';
import { ObjectReader } from '../json/reader.js';
import { parseSignedCheckpoint } from '../notes/checkpoint.js';
import { StatedLogKeys } from '../notes/logKeys.js';
import { parseRotation } from '../notes/rotation.js';
import { ED25519, VerifierKey } from '../notes/verifierKey.js';
import { Codes } from '../verification/codes.js';
import type { PackageFindings } from './findings.js';
import { ExpectedManifest } from './manifest.js';
import { isOfRecord, type MemberName, Place } from './memberName.js';
import { PackagedLeaves } from './packagedLeaves.js';
import { RecordNumbers } from './recordNumbers.js';
import { attempt, RecordReading } from './recordReading.js';
import { renderCertificate } from './texts/certificate.js';
import { PackageFacts } from './texts/facts.js';
import { otherVersion, README_BYTES } from './texts/readme.js';
import { renderStatement } from './texts/statement.js';
import type { ReadMember } from './walk.js';

const REQUIRED: readonly (readonly [number, string])[] = [
  [Place.readme, 'README.txt'],
  [Place.keys, 'log/keys.json'],
  [Place.record, 'records'],
  [Place.statement, 'statement.json'],
  [Place.certificate, 'certificate.html'],
  [Place.manifest, 'manifest.json'],
];

const MAX_ROTATIONS = 1000;

/** Holds the members of a package against the format and each other while they are read, one record at a time. */
export class PackageReading {
  /** The log's keys as the package states them. */
  logKeys: StatedLogKeys | null = null;
  anchor: AnchorProof | null = null;
  history: ValidatorHistory | null = null;
  /** The leaves of the records so far. */
  readonly leaves: PackagedLeaves;
  private readonly members = new Map<number, ReadMember>();
  private readonly manifest: ExpectedManifest;
  private readonly numbers: RecordNumbers;
  private manifestDigest = '';
  private place = -1;
  private record: RecordReading | null = null;
  private note: string | null = null;
  private leaf = -1n;
  private facts: PackageFacts | null = null;
  private underivable = false;

  constructor(
    private readonly list: PackageFindings,
    private readonly newSha256: () => RunningHash,
    maxRecords: number,
    /** Takes each record, and each event document, at its end, with whether all of it was read. */
    private readonly judge: (record: RecordReading, complete: boolean) => Promise<void>,
  ) {
    this.manifest = new ExpectedManifest(newSha256());
    this.numbers = new RecordNumbers(maxRecords, list);
    this.leaves = new PackagedLeaves(maxRecords);
  }

  /** What the derived texts are made from; null when something of it could not be read. */
  get derivable(): PackageFacts | null {
    return this.underivable || this.facts?.count === 0 ? null : this.facts;
  }

  /** Takes a member; false when the package is of a version that is not known. */
  async accept(member: ReadMember): Promise<boolean> {
    const { name, entry } = member;
    if (name === null) this.list.error(Codes.packageUnexpected, subjectOf(member), 'The format has no such member.');
    else if (!(await this.settle(member, name))) this.list.error(Codes.packageUnexpected, subjectOf(member), 'The member is not where the format has it, or is there twice.');
    else this.take(member, name);
    if (member.isWhole) this.manifest.add(member);
    const version = entry.name === 'README.txt' && member.bytes !== null ? otherVersion(member.bytes) : null;
    if (version !== null) this.list.warning(Codes.packageUnreadable, 'README.txt', `The package is of version ${version} of the format, which this program does not know.`);
    return version === null;
  }

  /** After the last member: what is missing, and what does not follow from the rest. */
  async finish(complete: boolean): Promise<void> {
    await this.endRecord(complete);
    if (!complete) return;
    for (const [place, name] of REQUIRED) if (!this.members.has(place)) this.list.error(Codes.packageMissing, name, 'The format asks for the member, and it is not there.');
    const manifest = this.members.get(Place.manifest);
    if (manifest !== undefined && manifest.sha256 !== this.manifestDigest)
      this.list.error(Codes.packageChanged, 'manifest.json', 'The manifest is not the one that the members give.', this.manifestDigest, manifest.sha256);
    this.compareText(Place.readme, README_BYTES);
    if (this.derivable === null) return;
    this.compareText(Place.statement, renderStatement(this.derivable));
    this.compareText(Place.certificate, renderCertificate(this.derivable));
  }

  /** Whether a member is in its place; ends the record before it when it is. */
  private async settle(member: ReadMember, name: MemberName): Promise<boolean> {
    if (name.place < this.place || (name.place === this.place && !isOfRecord(name))) return false;
    if (!isOfRecord(name) || this.record?.record !== name.record || name.place !== this.place) await this.endRecord(true);
    // Event documents begin anew: they lie among the leaves of the records.
    if (name.place !== this.place) this.leaf = -1n;
    this.place = name.place;
    if (!this.members.has(name.place)) this.members.set(name.place, member);
    if (!isOfRecord(name)) return true;
    if (this.record === null) {
      this.record = new RecordReading(name.record, name.place);
      this.numbers.add(name.record, subjectOf(member));
    }
    return this.record.accept(member, name, this.list);
  }

  private take(member: ReadMember, name: MemberName): void {
    if (name.place === Place.keys) this.logKeys = this.read(member, parseLogKeys);
    if (name.place === Place.anchor) {
      this.anchor = this.read(member, parseAnchorProof);
      if (this.anchor !== null && this.anchor.size !== name.size) this.list.error(Codes.packageChanged, subjectOf(member), 'The anchor is of another size than its name says.', `${name.size}`, `${this.anchor.size}`);
    }
    if (name.place === Place.history) this.history = this.read(member, ValidatorHistory.parse);
    if (isOfRecord(name) && name.within === 'proof') this.takeProof(this.record as RecordReading);
    if (name.place === Place.manifest) this.manifestDigest = hex(this.manifest.end());
  }

  private takeProof({ proof, proofName, isEvents }: RecordReading): void {
    if (proof === null) return;
    if (this.note === null) this.beginFacts(proof.checkpoint);
    else if (this.note !== proof.checkpoint) {
      this.underivable ||= !isEvents;
      this.list.error(Codes.packageChanged, proofName, 'The inclusion proof leads to another checkpoint than those before it.');
    }
    if (proof.index <= this.leaf) this.list.error(Codes.packageChanged, proofName, 'The record is not behind the one before it by its leaf.', `more than ${this.leaf}`, `${proof.index}`);
    this.leaf = proof.index;
  }

  private beginFacts(note: string): void {
    this.note = note;
    if (this.logKeys === null || (this.anchor === null && this.members.has(Place.anchor))) return;
    const heading = [Place.keys, Place.roots, Place.anchor, Place.history].flatMap((place) => this.members.get(place) ?? []).map(({ entry, sha256: digest }) => `${entry.name} ${digest}\n`);
    const [noteSha256, headingSha256] = [hex(sha256(toUtf8(note))), hex(sha256(toUtf8(heading.join(''))))];
    this.facts = new PackageFacts(this.logKeys.history.keys[0].text, parseSignedCheckpoint(note).checkpoint, noteSha256, headingSha256, this.anchor, this.newSha256);
  }

  private async endRecord(complete: boolean): Promise<void> {
    const { record } = this;
    if (record === null) return;
    this.record = null;
    if (record.isEvents) return this.judge(record, complete);
    if (record.proof !== null) this.leaves.add(record.proof.index);
    if (complete && !record.hasProof) this.list.error(Codes.packageMissing, record.proofName, 'The format asks for the member, and it is not there.');
    const { seal, sealBytes, proof } = record;
    if (seal !== null && sealBytes !== null && proof !== null) this.facts?.add(record.record, proof.index, sealBytes, seal, record.part('m0001')?.bytes ?? null);
    else this.underivable = true;
    await this.judge(record, complete);
  }

  /** What is for people says what the other members say, and nothing else. */
  private compareText(place: number, expected: Uint8Array): void {
    const [member, digest] = [this.members.get(place), hex(sha256(expected))];
    if (member !== undefined && member.sha256 !== digest) this.list.error(Codes.derivedTextDiffers, subjectOf(member), 'The text is not the one that the other members give.', digest, member.sha256);
  }

  private read<T>(member: ReadMember, parse: (bytes: Uint8Array) => T): T | null {
    const { bytes } = member;
    return bytes === null ? null : attempt(() => parse(bytes), (message) => this.list.warning(Codes.packageUnreadable, subjectOf(member), `The member could not be read: ${message}`));
  }
}

const subjectOf = ({ entry }: ReadMember): string => printable(entry.name);

/** log/keys.json, format evidence.log-keys/1: the key that the log began with, and how it was handed on. @throws FormatError */
function parseLogKeys(bytes: Uint8Array): StatedLogKeys {
  const json = new ObjectReader(parseCanonical(bytes));
  json.format('evidence.log-keys/1');
  const key = VerifierKey.parse(json.string('first'));
  if (key.algorithm !== ED25519) throw json.wrong('first', 'the key of a log (algorithm 0x01)');
  const rotations = json.strings('rotations');
  if (rotations.length > MAX_ROTATIONS) throw json.wrong('rotations', `a list of at most ${MAX_ROTATIONS} rotations`);
  json.end();
  return new StatedLogKeys(key, rotations.map(parseRotation));
}
