import { type AnchorCheck, checkAnchor } from '../chain/anchorCheck.js';
import type { AnchorProof } from '../chain/anchorProof.js';
import type { ValidatorHistory } from '../chain/consensus/history.js';
import { type RunningHash, startSha256 } from '../crypto/hashes.js';
import type { StatedLogKeys } from '../notes/logKeys.js';
import type { DigestAlgorithm } from '../signatures/digests.js';
import type { TrustPolicy } from '../trust/policy.js';
import type { RecordEvidence } from '../verification/record.js';
import { judgeRecord } from '../verification/verdict.js';
import { PackagedEvents } from './events.js';
import { PackageFindings } from './findings.js';
import { DEFAULT_LIMITS, type PackageLimits } from './limits.js';
import { PaperComparison } from './paper.js';
import { PackageReading } from './reading.js';
import type { RecordReading } from './recordReading.js';
import { type Report, Tally } from './report.js';
import { ByteReader, type ByteSource } from './source.js';
import { certificateText } from './texts/facts.js';
import { PackageWalk, type ReadMember } from './walk.js';

export interface VerifyOptions {
  /** The text of a certificate on paper that is to be held against the package. */
  readonly certificate?: string;
  readonly limits?: Partial<PackageLimits>;
  /** Another SHA-256 than the portable one, such as the platform's own. */
  readonly newSha256?: () => RunningHash;
}

/**
 * Reads an evidence package once from front to back and judges it, offline, with the same memory for any size.
 * @param trust What the verifying person trusts; without it the ledger layer, and so the whole, is at best UNDETERMINED.
 * @throws only what the source throws, never for what stands in the package.
 */
export async function verifyPackage(source: ByteSource, trust: TrustPolicy | null, options: VerifyOptions = {}): Promise<Report> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const newSha256 = options.newSha256 ?? startSha256;
  const list = new PackageFindings(limits.findings);
  const tally = new Tally(list);
  const paper = options.certificate === undefined ? null : new PaperComparison(options.certificate);
  const [anchors, events] = [new AnchorChecks(trust), new PackagedEvents(list)];
  const reading: PackageReading = new PackageReading(list, newSha256, limits.records, async (record, complete) => {
    if (record.isEvents) {
      events.judge(record, complete, reading.logKeys, reading.leaves);
      return;
    }
    paper?.look(record, reading.anchor);
    tally.add(await judgeRecord(evidenceOf(record, complete, reading, source, trust, anchors)));
  });
  const walk = new PackageWalk(new ByteReader(source), limits, list, newSha256, (member) => reading.accept(member));
  await walk.run();
  await reading.finish(walk.reachedDirectory);
  const text = reading.derivable && certificateText(reading.derivable);
  paper?.finish(text, walk.reachedDirectory, list);
  return tally.report(trust?.sha256, text, events);
}

function evidenceOf(record: RecordReading, complete: boolean, { logKeys, anchor, history }: PackageReading, source: ByteSource, trust: TrustPolicy | null, anchors: AnchorChecks): RecordEvidence {
  const { proof, sealBytes, hasSeal } = record;
  return {
    record: record.record,
    seal: sealBytes,
    sealUnreached: hasSeal || !complete,
    parts: record.observe(complete),
    smallPart: (name) => record.part(name)?.bytes ?? null,
    contentDigest: async (name, algorithm) => digestAgain(source, record.part(name), algorithm),
    logKeys,
    proof,
    anchor,
    checkAnchor: (own) => anchors.of(own, history, logKeys, proof?.checkpoint ?? null),
    trust,
  };
}

async function digestAgain(source: ByteSource, member: ReadMember | undefined, algorithm: DigestAlgorithm): Promise<Uint8Array | null> {
  if (source.reread === undefined || member === undefined) return null;
  const hash = algorithm.hash.create();
  for await (const bytes of source.reread(member.dataOffset, member.entry.size)) hash.update(bytes);
  return hash.digest();
}

/**
 * Judges the anchor once, with the cosignatures of the first note, however many records there are: a record that leads to another checkpoint is a finding by itself, and
 * must not make the reader judge all of a large anchor again.
 */
class AnchorChecks {
  private first: { readonly note: string | null; readonly check: AnchorCheck } | null = null;

  constructor(private readonly trust: TrustPolicy | null) {}

  of(anchor: AnchorProof, history: ValidatorHistory | null, logKeys: StatedLogKeys | null, note: string | null): AnchorCheck {
    // A first record without a proof must not take the cosignatures from those behind it.
    if (this.first === null || (this.first.note === null && note !== null)) this.first = { note, check: checkAnchor(anchor, history, this.trust, logKeys, note) };
    return this.first.check;
  }
}
