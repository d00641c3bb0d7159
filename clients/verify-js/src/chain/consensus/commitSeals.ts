import { equal, FormatError, fromHex, hex0x } from '../../bytes.js';
import { keccak256 } from '../../crypto/hashes.js';
import { SEAL_SIZE, sealedBy } from '../../crypto/secp256k1.js';
import { Codes } from '../../verification/codes.js';
import type { FindingList } from '../../verification/finding.js';
import type { BlockHeader } from '../header.js';
import { bytesOf, decodeRlp, encodeInteger, encodeList, fixedOf, integerOf, listOf, type RlpItem } from '../rlp.js';
import { MAX_VALIDATORS, type ValidatorSet } from './validatorSet.js';

export type BftConsensus = 'qbft' | 'ibft2';

export const NO_UNCLES = keccak256(encodeList([]));
/** What every header of these chains has as its mix hash: "ctical byzantine fault tolerance". */
const MIX_HASH = fromHex('63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365') as Uint8Array;
const LATEST_ROUND = 2n ** 31n - 1n;

/** The extra data of a QBFT or IBFT 2.0 header: the RLP list [vanity, [validators], vote, round, [commit seals]]. */
export interface BftExtraData {
  readonly validators: readonly Uint8Array[];
  /** Whom the proposer votes on, or null. */
  readonly vote: { readonly subject: string; readonly adds: boolean } | null;
  readonly seals: readonly Uint8Array[];
  /** The extra data over which validators commit: with the round, without seals. */
  readonly committed: Uint8Array;
  /** The extra data that gives the block's hash: without round and seals. */
  readonly hashed: Uint8Array;
}

/** Reads the extra data strictly: one value has one encoding. @throws FormatError */
export function parseBftExtraData(extraData: Uint8Array, consensus: BftConsensus): BftExtraData {
  const [vanity, validators, vote, round, seals, ...rest] = listOf(decodeRlp(extraData), 'The extra data');
  if (vanity === undefined || validators === undefined || vote === undefined || round === undefined || seals === undefined || rest.length > 0) throw new FormatError('The extra data has 5 items.');
  fixedOf(vanity, 32, 'vanity');
  checkRound(round, consensus);
  const kept = [vanity.raw, validators.raw, vote.raw];
  // QBFT empties what it leaves out of a hash, IBFT 2.0 drops it.
  const emptied = consensus === 'qbft' ? [encodeList([])] : [];
  return {
    validators: atMost(validators, 'validators').map((item) => fixedOf(item, 20, 'validator')),
    vote: readVote(vote, consensus),
    seals: atMost(seals, 'commit seals').map((item) => fixedOf(item, SEAL_SIZE, 'commit seal')),
    committed: encodeList([...kept, round.raw, ...emptied]),
    hashed: encodeList([...kept, ...(consensus === 'qbft' ? [encodeInteger(0)] : []), ...emptied]),
  };
}

function atMost(item: RlpItem, name: string): readonly RlpItem[] {
  const items = listOf(item, name);
  if (items.length > MAX_VALIDATORS) throw new FormatError(`${name}: ${items.length} are more than the ${MAX_VALIDATORS} that are read.`);
  return items;
}

/** No vote is an empty list (QBFT) or the empty string (IBFT 2.0). The type is 0xff to add; to drop, nothing (QBFT) or a zero byte (IBFT 2.0). */
function readVote(vote: RlpItem, consensus: BftConsensus): BftExtraData['vote'] {
  if (consensus === 'qbft' ? vote.items?.length === 0 : vote.bytes?.length === 0) return null;
  const [recipient, kind, ...rest] = listOf(vote, 'vote');
  if (recipient === undefined || kind === undefined || rest.length > 0) throw new FormatError('A vote has 2 fields.');
  const subject = hex0x(fixedOf(recipient, 20, 'recipient'));
  const bytes = bytesOf(kind, 'vote type');
  if (!equal(bytes, Uint8Array.of(0xff)) && !equal(bytes, consensus === 'qbft' ? new Uint8Array() : Uint8Array.of(0))) throw new FormatError("The vote's type is neither add nor drop.");
  return { subject, adds: bytes.length > 0 && bytes[0] === 0xff };
}

/** A scalar (QBFT), or four bytes (IBFT 2.0). */
function checkRound(item: RlpItem, consensus: BftConsensus): void {
  const round = consensus === 'qbft' ? integerOf(item, 4, 'round') : BigInt(hex0x(fixedOf(item, 4, 'round')));
  if (round > LATEST_ROUND) throw new FormatError('The round is larger than 2^31-1.');
}

/** Adds what the commit seals of a header give; whether at least two thirds of the validators have sealed it, each once. */
export function checkCommitSeals(header: BlockHeader, consensus: BftConsensus, extra: BftExtraData, set: ValidatorSet, list: FindingList): boolean {
  checkFixedFields(header, consensus, list);
  checkListed(header, extra, consensus, set, list);
  const committed = countSeals(header, extra, set, list);
  const names = [...committed].sort().join(', ');
  if (committed.size < set.commitQuorum) {
    list.warning(Codes.validatorSealsMissing, `seals of block ${header.number}`, 'Fewer validators have sealed the block than make it final.', `${set.commitQuorum}`, `${committed.size} ${names}`.trim());
    return false;
  }
  list.ground(`Ledger: ${committed.size} of the ${set.addresses.length} validators that ${set.namedBy} names for block ${header.number} have sealed it (${names}); ${set.commitQuorum} make it final (${consensus}).`);
  list.ground(`Ledger: the time of block ${header.number} is the one that its proposer chose; whoever sealed it agreed to it.`);
  return true;
}

export function readExtraData(header: BlockHeader, consensus: BftConsensus, list: FindingList): BftExtraData | null {
  try {
    return parseBftExtraData(header.bytes('extraData'), consensus);
  } catch (e) {
    if (!(e instanceof FormatError)) throw e;
    list.warning(Codes.validatorSealsUnreadable, `seals of block ${header.number}`, `The extra data is not that of a ${consensus} header: ${e.message}`);
    return null;
  }
}

function checkFixedFields(header: BlockHeader, consensus: BftConsensus, list: FindingList): void {
  const fixed: readonly [string, Uint8Array][] = [
    ['mixHash', MIX_HASH],
    ['sha3Uncles', NO_UNCLES],
    ['difficulty', Uint8Array.of(1)],
  ];
  for (const [field, expected] of fixed) {
    const actual = header.bytes(field);
    if (!equal(actual, expected)) list.error(Codes.sealingRuleBroken, `${field} of block ${header.number}`, `No ${consensus} header has this ${field}.`, hex0x(expected), hex0x(actual));
  }
}

function checkListed(header: BlockHeader, extra: BftExtraData, consensus: BftConsensus, set: ValidatorSet, list: FindingList): void {
  const [listed, subject] = [extra.validators.map(hex0x), `validators of block ${header.number}`];
  // QBFT leaves the list empty where a contract keeps it, and then only trust.json can say who they are.
  if (consensus === 'qbft' && listed.length === 0) {
    if (set.isProven) list.warning(Codes.validatorsInContract, subject, 'The header names no validators: a contract keeps them, and no history of headers proves who they are.', `${set}`);
  } else if (!set.sameAs(listed)) list.warning(Codes.validatorsDiffer, subject, `The header names other validators than ${set.namedBy}.`, `${set}`, listed.join(', '));
}

function countSeals(header: BlockHeader, extra: BftExtraData, set: ValidatorSet, list: FindingList): Set<string> {
  const committed = new Set<string>();
  const hash = header.hashWith(extra.committed);
  extra.seals.forEach((seal, i) => {
    const subject = `seal ${i} of block ${header.number}`;
    const signer = sealedBy(hash, seal);
    if (signer === null) list.error(Codes.validatorSealsUnreadable, subject, 'It is no signature of anyone.');
    else if (!set.has(hex0x(signer))) list.warning(Codes.validatorSealUnexpected, subject, `It is not by a validator whom ${set.namedBy} names for this height.`, `${set}`, hex0x(signer));
    else if (committed.has(hex0x(signer))) list.error(Codes.validatorSealDoubled, subject, 'The same validator has a seal in this header already.', undefined, hex0x(signer));
    else committed.add(hex0x(signer));
  });
  return committed;
}
