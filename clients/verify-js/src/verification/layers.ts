import { FormatError, fromHex, hex } from '../bytes.js';
import { sha256 } from '../crypto/hashes.js';
import { leafHash, verifyInclusion } from '../log/merkle.js';
import { parseSignedCheckpoint, type SignedCheckpoint } from '../notes/checkpoint.js';
import { acceptedLogs, checkSignedBy, type StatedLogKeys, vouches } from '../notes/logKeys.js';
import { parseSeal, receivedAt, type Seal, type SealPart } from '../seals/seal.js';
import { provesAlteration, type SignatureCheck } from '../signatures/check.js';
import { checkSignature } from '../signatures/verifier.js';
import { Codes } from './codes.js';
import { FindingList, type Outcome } from './finding.js';
import type { RecordEvidence } from './record.js';

/** What the check of one layer gave. */
export interface LayerResult {
  readonly list: FindingList;
  readonly outcome: Outcome;
}

/** The seal itself: there, canonical, of this record. */
export function checkSealLayer(evidence: RecordEvidence): LayerResult & { readonly seal: Seal | null } {
  const list = new FindingList('seal');
  const seal = readSeal(evidence, list);
  if (seal !== null && list.clean) list.ground(`The seal of record ${seal.record}, SHA-256 ${hex(sha256(evidence.seal as Uint8Array))}.`);
  return { list, outcome: list.outcome(seal !== null), seal };
}

function readSeal({ seal: bytes, record, sealUnreached }: RecordEvidence, list: FindingList): Seal | null {
  if (bytes === null) {
    if (sealUnreached) list.warning(Codes.sealUnreadable, 'seal', "The seal's bytes are not at hand: the package is not readable to its end, or it is larger than what may be held.");
    else list.error(Codes.sealMissing, 'seal', 'The seal is not there.');
    return null;
  }
  try {
    const seal = parseSeal(bytes);
    if (seal.record !== record) list.error(Codes.sealUnexpected, 'seal', 'The seal is that of another record.', record, seal.record);
    return seal;
  } catch (e) {
    if (!(e instanceof FormatError)) throw e;
    list.error(Codes.sealUnreadable, 'seal', `The bytes are not a seal: ${e.message}`);
    return null;
  }
}

/** The bytes of every part against the seal. */
export function checkContentLayer({ parts }: RecordEvidence, seal: Seal | null): LayerResult {
  const list = new FindingList('content');
  if (seal === null) {
    list.warning(Codes.sealMissing, 'parts', 'Without a seal there is nothing to compare the parts with.');
    return { list, outcome: list.outcome(false) };
  }
  for (const part of seal.parts) {
    const [found, expected] = [parts.find((candidate) => candidate.name === part.name), `${part.size} bytes, SHA-256 ${part.sha256}`];
    if (found === undefined) list.error(Codes.partMissing, part.name, 'The part is not there.', expected);
    else if (found.read === null) list.warning(Codes.partUnreadable, part.name, 'The part is there, and its bytes could not be read.', expected);
    else if (found.read.size !== part.size || found.read.sha256 !== part.sha256)
      list.error(Codes.partChanged, part.name, 'The bytes are not those that were sealed.', expected, `${found.read.size} bytes, SHA-256 ${found.read.sha256}`);
  }
  for (const stray of parts.filter(({ name }) => !seal.parts.some((part) => part.name === name))) list.error(Codes.partUnexpected, stray.name, 'The part is there, and the seal does not name it.');
  if (list.clean) list.ground(`Content: all ${seal.parts.length} parts were read now, ${seal.parts.reduce((sum, part) => sum + part.size, 0)} bytes, and have the SHA-256 that the seal names.`);
  return { list, outcome: list.outcome(true) };
}

/** The signatures over the content, judged as of the time of receipt in the seal. */
export async function checkSignatureLayer(evidence: RecordEvidence, seal: Seal | null): Promise<LayerResult> {
  const list = new FindingList('signature');
  if (seal === null) {
    list.warning(Codes.signatureMissing, 'signature', 'Without a seal it is not known which signatures there should be.');
    return { list, outcome: list.outcome(false) };
  }
  const signatures = seal.parts.filter((part) => part.role === 'signature');
  if (signatures.length === 0) {
    list.info(Codes.unsigned, 'signature', 'The record carries no signature.');
    list.ground('Signature: none. The record was sealed without one, and nothing is claimed about who made it.');
    return { list, outcome: 'NONE' };
  }
  const own = { ...evidence, contentDigest: once(evidence.contentDigest) };
  for (const signature of signatures) await judgeSignature(signature, seal, own, list);
  mention(seal, signatures, list);
  if (list.clean) list.ground(`Signature: judged as of ${seal.received}, the time of receipt that the archive claims, under the roots of trust.json; revocation was not checked.`);
  return { list, outcome: list.outcome(true) };
}

/** Each digest is taken once, however many signers ask for it: the content may be large. */
function once(digest: RecordEvidence['contentDigest']): RecordEvidence['contentDigest'] {
  const taken = new Map<string, ReturnType<typeof digest>>();
  return (name, algorithm) => {
    const key = `${name} ${algorithm.name}`;
    const known = taken.get(key) ?? digest(name, algorithm);
    taken.set(key, known);
    return known;
  };
}

async function judgeSignature(signature: SealPart, seal: Seal, evidence: RecordEvidence, list: FindingList): Promise<void> {
  const value = sealedBytes(signature, evidence);
  if (value === null) {
    list.warning(Codes.signatureMissing, signature.name, "The signature's sealed bytes are not at hand, so it was not judged.");
    return;
  }
  const content = evidence.parts.find((part) => part.name === signature.of);
  const digest = content?.read?.sha256;
  if (content === undefined || digest === undefined) {
    list.warning(Codes.signatureMissing, signature.name, `SIGNED_DATA_NOT_FOUND: the content ${signature.of} that it signs could not be read.`);
    return;
  }
  const certificates = seal.parts.find((part) => part.role === 'certificates' && part.of === signature.name);
  const pem = certificates === undefined ? null : sealedBytes(certificates, evidence);
  if (certificates !== undefined && pem === null) list.warning(Codes.signatureMissing, certificates.name, 'The sealed bytes of the certificates are not at hand.');
  const check = await checkSignature({
    type: signature.type ?? 'cms',
    value,
    pem,
    contentSha256: fromHex(digest) as Uint8Array,
    otherDigest: (algorithm) => evidence.contentDigest(content.name, algorithm),
    roots: evidence.trust?.signatureRoots ?? [],
    at: receivedAt(seal),
  });
  report(signature, check, list);
}

function report({ name }: SealPart, check: SignatureCheck, list: FindingList): void {
  const message = `${check.indication}${check.subIndication === null ? '' : `/${check.subIndication}`}: ${check.reason}${check.signer === '' ? '' : ` Signer: ${check.signer}.`}`;
  if (check.indication === 'TOTAL-PASSED') list.info(Codes.signaturePassed, name, message);
  else if (provesAlteration(check)) list.error(Codes.signatureChanged, name, message);
  else if (check.indication === 'TOTAL-FAILED') list.warning(Codes.signatureUnreadable, name, message);
  else list.warning(Codes.signatureIndeterminate, name, message);
}

function mention(seal: Seal, signatures: readonly SealPart[], list: FindingList): void {
  for (const { name, role } of seal.parts) {
    if (role === 'content' && !signatures.some((signature) => signature.of === name)) list.info(Codes.partUnsigned, name, 'No signature of the record is over this part.');
    if (role === 'timestamp') list.info(Codes.timestampNotJudged, name, 'The timestamp token is sealed with the record; it was not judged.');
  }
}

/** The bytes of a small part, if they are those that were sealed. */
function sealedBytes(part: SealPart, evidence: RecordEvidence): Uint8Array | null {
  const bytes = evidence.smallPart(part.name);
  return bytes !== null && hex(sha256(bytes)) === part.sha256 ? bytes : null;
}

/** The seal as a leaf of the log, and the checkpoint that states the log. */
export function checkLogLayer(evidence: RecordEvidence): LayerResult {
  const { seal, proof } = evidence;
  const list = new FindingList('log');
  if (proof === null) {
    list.warning(Codes.logProofMissing, 'checkpoint', 'There is no checkpoint that covers the leaf.');
    list.warning(Codes.logProofMissing, 'inclusion proof', "The leaf's index or its inclusion proof is not there.");
    return { list, outcome: list.outcome(false) };
  }
  const signed = parseSignedCheckpoint(proof.checkpoint);
  const { size, root, origin } = signed.checkpoint;
  const included = seal !== null && verifyInclusion(leafHash(seal), proof.index, size, proof.hashes, fromHex(root) as Uint8Array);
  if (included) list.ground(`Log: the seal is leaf ${proof.index} of ${origin}, proven (RFC 9162) in its checkpoint of ${size} leaves.`);
  else if (seal !== null) list.error(Codes.leafChanged, `leaf ${proof.index}`, `The seal does not prove as leaf ${proof.index} of the tree of ${size} leaves: the seal, the proof or the root was changed.`, `root ${root}`, `leaf hash ${hex(leafHash(seal))}`);
  if (evidence.logKeys !== null) checkStated(evidence.logKeys, origin, evidence, list);
  const isSigned = checkLogSignature(signed, evidence, list);
  return { list, outcome: list.outcome(isSigned && included) };
}

/** Whoever reads the archive's statement of the keys must not be shown those of another log than the one that everything else is of. */
function checkStated({ history }: StatedLogKeys, origin: string, { anchor, trust }: RecordEvidence, list: FindingList): void {
  const report = (message: string): void => list.warning(Codes.logKeysUnexpected, 'keys of the log', message);
  if (history.origin !== origin) report('The archive states the keys of another log than the one that the checkpoint is of.');
  if (anchor !== null && history.logId !== anchor.logId) report('The first key that the archive states is not that of the log that is anchored.');
  const trusted = trust?.logs.filter(({ key }) => key.name === origin) ?? [];
  if (history.origin === origin && trusted.length > 0 && !trusted.some((log) => vouches(log, history))) report('The keys that the archive states for this log are not those of one that trust.json names.');
}

function checkLogSignature(signed: SignedCheckpoint, { logKeys, trust }: RecordEvidence, list: FindingList): boolean {
  list.findings.push(...(logKeys?.findings ?? []));
  if (trust !== null) return checkSignedBy(signed, acceptedLogs(trust.logs, logKeys).map(({ keys }) => keys), list);
  if (logKeys === null) {
    list.warning(Codes.logUnexpected, 'log key', "Neither trust.json nor the archive names a key for this log that can be read, so the checkpoint's signature was not checked.");
    return false;
  }
  const isSigned = checkSignedBy(signed, [logKeys.history], list);
  if (isSigned) list.ground(`Log: the key is the one that the archive itself states (${logKeys.history.keys[0].text}); no trust.json vouches for it.`);
  return isSigned;
}

/** The checkpoint as it is anchored, under the quorum of trust.json; `time` is the time that is proven, in seconds. */
export function checkLedgerLayer(evidence: RecordEvidence): LayerResult & { readonly time: bigint | null } {
  const { anchor, proof, trust } = evidence;
  const list = new FindingList('ledger');
  if (trust === null) list.warning(Codes.trustMissing, 'trust.json', 'No trust.json was given: who may be believed about the ledger is not known.');
  if (anchor === null) {
    list.warning(Codes.anchorMissing, 'anchor', 'Sealed, not yet anchored: no anchor on the ledger covers the leaf.');
    return { list, outcome: list.outcome(false), time: null };
  }
  const check = evidence.checkAnchor(anchor);
  list.findings.push(...check.list.findings);
  list.grounds.push(...check.list.grounds);
  const covered = covers(evidence, anchor.size, anchor.root, list);
  return { list, outcome: list.outcome(trust !== null && covered), time: proof === null ? null : check.time };
}

/** Whether the tree that the inclusion proof leads to is the one that is anchored. */
function covers({ proof }: RecordEvidence, size: bigint, root: string, list: FindingList): boolean {
  if (proof === null) {
    list.warning(Codes.logProofMissing, 'anchor', 'There is no checkpoint that could be compared with the anchor.');
    return false;
  }
  if (proof.index >= size) {
    list.warning(Codes.anchorMissing, 'anchor', `The anchor covers ${size} leaves, and the record's is leaf ${proof.index}: sealed, not yet anchored.`);
    return false;
  }
  const { checkpoint } = parseSignedCheckpoint(proof.checkpoint);
  if (checkpoint.size !== size) {
    list.warning(Codes.anchorOtherSize, 'anchor', 'The inclusion proof is for another tree size than the anchor, so the two were not compared.', `${size}`, `${checkpoint.size}`);
    return false;
  }
  if (checkpoint.root !== root) list.error(Codes.anchorChanged, 'anchor', "The log's root is not the one that is anchored.", root, checkpoint.root);
  return checkpoint.root === root;
}
