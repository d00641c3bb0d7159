import { equal, hex0x } from '../../bytes.js';
import { SEAL_SIZE, sealedBy } from '../../crypto/secp256k1.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';
import type { BlockHeader } from '../header.js';
import { NO_UNCLES } from './commitSeals.js';
import type { KnownValidators } from './knownValidators.js';
import type { ValidatorSet } from './validatorSet.js';

const VANITY = 32;
const ADDRESS = 20;
const NO_MIX = new Uint8Array(32);
const DROP = new Uint8Array(8);
const ADD = new Uint8Array(8).fill(0xff);

/** The address that sealed a header (EIP-225), or null when there is no seal. */
export function cliqueSigner(header: BlockHeader): string | null {
  const extra = header.bytes('extraData');
  if (extra.length < VANITY + SEAL_SIZE) return null;
  const signer = sealedBy(header.hashWith(extra.subarray(0, -SEAL_SIZE)), extra.subarray(-SEAL_SIZE));
  return signer === null ? null : hex0x(signer);
}

/** The signers that a header lists; null when the extra data is malformed. */
export function cliqueListed(header: BlockHeader): string[] | null {
  const extra = header.bytes('extraData');
  const length = extra.length - VANITY - SEAL_SIZE;
  if (length < 0 || length % ADDRESS !== 0) return null;
  return Array.from({ length: length / ADDRESS }, (_, i) => hex0x(extra.subarray(VANITY + i * ADDRESS, VANITY + (i + 1) * ADDRESS)));
}

/**
 * Holds an unbroken chain of headers to the rules of Clique (EIP-225). Gives the header with which more than half of the signers have sealed, the first
 * block's own included: until then a few could have given their blocks any time. Null when they have not.
 * What breaks a rule whoever the signers are is an error; what is wrong only by trust.json's set is a warning, since that may be out of date.
 */
export function checkClique(headers: readonly BlockHeader[], known: KnownValidators, list: FindingList): BlockHeader | null {
  const sets: ValidatorSet[] = [];
  const signers: (string | null)[] = [];
  for (const [i, header] of headers.entries()) {
    const set = known.at(header.number);
    if (set === null) return null;
    signers.push(checkCliqueHeader(header, headers[i - 1], set, known.chain.epoch, signers, list));
    sets.push(set);
  }
  return judge(headers, sets, signers, list);
}

/** Holds one header to the rules, behind those that `signers` have sealed; gives its own signer, or null. */
export function checkCliqueHeader(header: BlockHeader, parent: BlockHeader | undefined, set: ValidatorSet, epoch: number, signers: readonly (string | null)[], list: FindingList): string | null {
  const signer = cliqueSigner(header);
  checkFields(header, parent, list);
  checkVoteAndList(header, set, epoch, list);
  checkDifficulty(header, set, signer, list);
  checkSigner(header, set, signer, signers, list);
  return signer;
}

function checkFields(header: BlockHeader, parent: BlockHeader | undefined, list: FindingList): void {
  if (!equal(header.bytes('mixHash'), NO_MIX)) broken(header, 'mixHash', 'It is not zero.', list);
  if (!equal(header.bytes('sha3Uncles'), NO_UNCLES)) broken(header, 'sha3Uncles', 'A Clique block has no uncles.', list);
  if (parent !== undefined && header.timestamp <= parent.timestamp) broken(header, 'timestamp', 'It is not later than that of the block before.', list);
}

function checkVoteAndList(header: BlockHeader, set: ValidatorSet, epoch: number, list: FindingList): void {
  const isCheckpoint = header.number % BigInt(epoch) === 0n;
  const nonce = header.bytes('nonce');
  if (!equal(nonce, DROP) && !equal(nonce, ADD)) broken(header, 'nonce', 'It is no vote, neither to add nor to drop.', list);
  if (isCheckpoint && (!equal(nonce, DROP) || header.bytes('miner').some((byte) => byte !== 0))) broken(header, 'vote', 'A checkpoint holds no vote.', list);
  const [listed, subject] = [cliqueListed(header), `signers of block ${header.number}`];
  if (listed === null) list.error(Codes.validatorSealsUnreadable, subject, 'The extra data is not 32 bytes of vanity, whole addresses, and a seal of 65 bytes.');
  else if (!isCheckpoint && listed.length > 0) broken(header, 'signers', 'It lists signers, and its height is no multiple of the epoch.', list);
  else if (isCheckpoint && listed.join() !== set.addresses.join()) list.warning(Codes.validatorsDiffer, subject, `The checkpoint does not list the signers that ${set.namedBy} names, in order.`, `${set}`, listed.join(', '));
}

/** 2 in turn, 1 out of turn. */
function checkDifficulty(header: BlockHeader, set: ValidatorSet, signer: string | null, list: FindingList): void {
  const difficulty = header.integer('difficulty');
  if (difficulty !== 1n && difficulty !== 2n) broken(header, 'difficulty', 'It is neither 1 nor 2.', list);
  else if (signer !== null && set.has(signer) && (difficulty === 2n) !== set.inTurn(signer, header.number))
    list.warning(Codes.sealingRuleBroken, `difficulty of block ${header.number}`, "It is not that of the signer's turn.", set.inTurn(signer, header.number) ? '2' : '1', `${difficulty}`);
}

function checkSigner(header: BlockHeader, set: ValidatorSet, signer: string | null, before: readonly (string | null)[], list: FindingList): void {
  const subject = `seal of block ${header.number}`;
  const resting = set.majority - 1;
  if (signer === null) list.warning(Codes.validatorSealsUnreadable, subject, 'The extra data holds no seal from which a signer could be recovered.');
  else if (!set.has(signer)) list.warning(Codes.validatorSealUnexpected, subject, `It is not by a signer whom ${set.namedBy} names for this height.`, `${set}`, signer);
  else if (resting > 0 && before.slice(-resting).includes(signer)) list.warning(Codes.validatorSealDoubled, subject, `Its signer has sealed one of the ${resting} blocks before it already.`, undefined, signer);
}

/** Only those count who were signers at the first block: later ones could have been voted in by a minority's branch. */
function judge(headers: readonly BlockHeader[], sets: readonly ValidatorSet[], signers: readonly (string | null)[], list: FindingList): BlockHeader | null {
  const [first, set, last] = [headers[0] as BlockHeader, sets[0] as ValidatorSet, headers[headers.length - 1] as BlockHeader];
  const needed = Math.max(...sets.map((own) => own.majority));
  const counted = signers.map((signer, i) => (signer !== null && set.has(signer) && sets[i]?.has(signer) === true ? signer : null));
  const distinct = [...new Set(counted.filter((signer) => signer !== null))];
  if (distinct.length < needed) {
    list.warning(Codes.validatorSealsMissing, `seals of block ${first.number}`, 'Fewer signers have built on the block than are more than half of them.', `${needed}`, `${distinct.length} ${distinct.join(', ')}`.trim());
    return null;
  }
  list.ground(`Ledger: ${distinct.length} of the ${set.addresses.length} signers that ${set.namedBy} names for block ${first.number} have sealed it or a block that follows it, up to block ${last.number} (${distinct.join(', ')}): a majority built on it; no BFT finality (clique).`);
  const majority = headers[counted.indexOf(distinct[needed - 1] as string)] as BlockHeader;
  list.ground(`Ledger: the time is that of block ${majority.number}, with which a majority had sealed; its signer chose it.`);
  return majority;
}

function broken(header: BlockHeader, what: string, message: string, list: FindingList): void {
  list.error(Codes.sealingRuleBroken, `${what} of block ${header.number}`, message);
}
