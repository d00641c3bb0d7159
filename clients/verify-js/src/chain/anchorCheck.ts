import { parseSignedCheckpoint, type SignedCheckpoint } from '../notes/checkpoint.js';
import { acceptedLogs, checkSignedBy, type StatedLogKeys } from '../notes/logKeys.js';
import type { VerifierKey } from '../notes/verifierKey.js';
import { type TrustedChain, type TrustPolicy, witnessesOf } from '../trust/policy.js';
import { Codes } from '../verification/codes.js';
import { FindingList } from '../verification/finding.js';
import { checkAnchorForm } from './anchorForm.js';
import type { AnchorProof } from './anchorProof.js';
import type { ValidatorHistory } from './consensus/history.js';
import { checkSeals } from './consensus/seals.js';
import type { BlockHeader } from './header.js';

const LATEST = 253_402_300_799n; // 9999-12-31T23:59:59Z

/** What checking an anchor's proof gave; `time` is the time, in seconds, by which the anchored tree is proven to have been. */
export interface AnchorCheck {
  readonly list: FindingList;
  readonly time: bigint | null;
}

/** Checks an anchor's proof offline: its form, and with trust.json its identity and the quorum. Cosignatures in `note`, of the same checkpoint, count beside those in the proof. */
export function checkAnchor(proof: AnchorProof, history: ValidatorHistory | null, trust: TrustPolicy | null, stated: StatedLogKeys | null, note: string | null): AnchorCheck {
  const list = new FindingList('ledger');
  const headers = checkAnchorForm(proof, trust?.chain.consensus ?? null, list);
  if (trust === null) return { list, time: null };
  checkIdentity(proof, trust, stated, list);
  stateSeals(trust, list);
  const sealedBy = trust.quorum.seals && headers !== null ? sealingHeader(headers, trust.chain, history, list) : null;
  const cosigned = checkWitnesses(proof, trust, stated, note, list);
  const blockTime = sealedBy !== null && sealedBy.timestamp <= LATEST ? sealedBy.timestamp : null;
  return { list, time: list.clean ? later(blockTime, cosigned) : null };
}

function sealingHeader(headers: readonly [BlockHeader, ...BlockHeader[]], chain: TrustedChain, history: ValidatorHistory | null, list: FindingList): BlockHeader | null {
  const sealedBy = checkSeals(headers, chain, history, list);
  if (sealedBy !== null) list.ground(`Ledger: no header states its chain. That this block is of chain ${chain.chainId} with genesis ${chain.genesis} rests on these keys having sealed for no other chain.`);
  return sealedBy;
}

/** Where both were asked for, neither alone was to be believed: so the time is that by which both had vouched. */
function later(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

/** Another chain, contract or log than the trusted ones says nothing about the record: a warning, not an error. */
function checkIdentity(proof: AnchorProof, trust: TrustPolicy, stated: StatedLogKeys | null, list: FindingList): void {
  const { chainId, contract } = trust.chain;
  if (proof.chainId !== chainId) list.warning(Codes.anchorUnexpected, 'chain id', 'The anchor is on another chain than trust.json names.', `${chainId}`, `${proof.chainId}`);
  if (proof.contract !== contract) list.warning(Codes.anchorUnexpected, 'contract', 'The anchor is in another contract than trust.json names.', contract, proof.contract);
  const accepted = acceptedLogs(trust.logs, stated);
  const logs = accepted.filter((log) => log.id === proof.logId).map(({ keys }) => keys);
  const signed = readNote(proof.checkpoint);
  if (logs.length === 0) list.warning(Codes.anchorUnexpected, 'log id', 'The anchor is of a log that trust.json does not name.', accepted.map((log) => log.id).join(', '), proof.logId);
  else if (signed !== null) checkSignedBy(signed, logs, list);
}

function stateSeals({ chain, quorum }: TrustPolicy, list: FindingList): void {
  if (chain.consensus === 'none') {
    list.info(Codes.chainWithoutSeals, 'seals', 'This chain has no validator seals: anyone could have made the block.');
    list.ground(`Ledger: chain ${chain.chainId} is a development chain without validator seals; the block's place in it, its time, and the genesis block it goes back to are its own claim.`);
  } else if (!quorum.seals) list.ground(`Ledger: the validators' seals (${chain.consensus}) were not asked for and not checked.`);
}

/** The time by which the quorum of witnesses had cosigned, when it had. */
function checkWitnesses(proof: AnchorProof, trust: TrustPolicy, stated: StatedLogKeys | null, note: string | null, list: FindingList): bigint | null {
  const notes = readAnchoredNotes(proof, note);
  const witnesses = notes[0] === undefined ? [] : witnessesOf(trust, notes[0].checkpoint.origin, stated?.history.keys ?? []);
  const cosigned = witnesses
    .map((witness) => ({ name: witness.name, at: earliestCosignature(witness, notes, list) }))
    .filter((entry): entry is { name: string; at: bigint } => entry.at !== null)
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const needed = trust.quorum.witnesses;
  const names = cosigned.map((entry) => entry.name).join(', ');
  if (cosigned.length > 0) list.ground(`Ledger: ${cosigned.length} witnesses that trust.json names have cosigned the anchored checkpoint (${names}); ${needed} are asked for.`);
  if (cosigned.length < needed) list.warning(Codes.witnessesMissing, 'witnesses', 'Fewer witnesses have cosigned the anchored checkpoint than trust.json asks for.', `${needed}`, `${cosigned.length} ${names}`.trim());
  return cosigned[needed - 1]?.at ?? null;
}

/** The notes over exactly the checkpoint that is anchored. A note over anything else says nothing here. */
function readAnchoredNotes(proof: AnchorProof, note: string | null): SignedCheckpoint[] {
  const all = [readNote(proof.checkpoint), note === null ? null : readNote(note)].filter((signed): signed is SignedCheckpoint => signed !== null);
  return all.filter(({ note: own, checkpoint }) => checkpoint.size === proof.size && checkpoint.root === proof.root && own.text === all[0]?.note.text);
}

/** The earliest time at which a witness says that it cosigned; null when it did not. A line that does not verify is an error, not an absence. */
function earliestCosignature(witness: VerifierKey, notes: readonly SignedCheckpoint[], list: FindingList): bigint | null {
  let earliest: bigint | null = null;
  for (const { note } of notes.filter((signed) => signed.note.bears(witness))) {
    const at = note.cosignedAt(witness);
    if (at === null) list.error(Codes.cosignatureWrong, witness.name, "The witness's cosignature does not verify over the anchored checkpoint.");
    else if (earliest === null || at < earliest) earliest = at;
  }
  return earliest;
}

function readNote(text: string): SignedCheckpoint | null {
  try {
    return parseSignedCheckpoint(text);
  } catch {
    return null; // the form's check has said so
  }
}
