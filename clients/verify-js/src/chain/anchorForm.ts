import { equal, FormatError, hex0x } from '../bytes.js';
import { keccak256 } from '../crypto/hashes.js';
import { parseSignedCheckpoint } from '../notes/checkpoint.js';
import type { Consensus } from '../trust/policy.js';
import { Codes } from '../verification/codes.js';
import type { FindingList } from '../verification/finding.js';
import type { AnchorProof } from './anchorProof.js';
import { blockHash, consensusOfHash } from './consensus/blockHash.js';
import { BlockHeader } from './header.js';
import { type AnchoredEvent, anchoredEvent, parseReceipt, type Receipt } from './receipt.js';
import { encodeInteger } from './rlp.js';
import { verifyTrieProof } from './trie.js';

/** Each header costs a recovery of a key, so no more than this are read. */
const MAX_FOLLOWING = 1024;

export type HeaderChain = readonly [BlockHeader, ...BlockHeader[]];

/**
 * Whether the parts of an anchor's proof fit each other, from the header down to the event.
 * Without a consensus any under which the header has the stated hash will do. Returns the headers up to the first that does not follow; null when the first cannot be read.
 */
export function checkAnchorForm(proof: AnchorProof, consensus: Consensus | null, list: FindingList): HeaderChain | null {
  checkCheckpoint(proof, list);
  const header = attempt('header', list, () => BlockHeader.parse(proof.header));
  if (header === null) return null;
  const rule = consensus ?? consensusOfHash(header, (hash) => equal(hash, proof.blockHash)) ?? 'none';
  const hash = attempt('header', list, () => blockHash(header, rule));
  if (hash !== null && !equal(hash, proof.blockHash)) list.error(Codes.headerChanged, 'header', 'The header does not have the hash that is stated.', hex0x(proof.blockHash), hex0x(hash));
  if (header.number !== proof.blockNumber) list.error(Codes.anchorChanged, 'block number', 'The header is of another height than is stated.', `${proof.blockNumber}`, `${header.number}`);
  const following = readFollowing(header, hash ?? proof.blockHash, rule, proof.followingHeaders, list);
  checkReceipt(proof, header.bytes('receiptsRoot'), list);
  const how = rule === 'qbft' || rule === 'ibft2' ? `, hashed by the rule of ${rule}` : '';
  if (list.clean) list.ground(`Ledger: block ${header.number} (${hex0x(proof.blockHash)}${how}) holds the receipt in which contract ${proof.contract} anchored ${proof.size} leaves of log ${proof.logId}, proven against the header's receipts root.`);
  return [header, ...following];
}

function checkCheckpoint(proof: AnchorProof, list: FindingList): void {
  const signed = attempt('checkpoint', list, () => parseSignedCheckpoint(proof.checkpoint));
  if (signed === null) return;
  const { size, root } = signed.checkpoint;
  if (size !== proof.size) list.error(Codes.anchorChanged, 'checkpoint', 'The checkpoint is of another size than was anchored.', `${proof.size}`, `${size}`);
  if (root !== proof.root) list.error(Codes.anchorChanged, 'checkpoint', "The checkpoint's root is not the one that was anchored.", proof.root, root);
}

function readFollowing(first: BlockHeader, firstHash: Uint8Array, consensus: Consensus, encoded: readonly Uint8Array[], list: FindingList): BlockHeader[] {
  if (encoded.length > MAX_FOLLOWING) list.warning(Codes.anchorUnreadable, 'following headers', 'There are more headers than are read.', `at most ${MAX_FOLLOWING}`, `${encoded.length}`);
  const unbroken: BlockHeader[] = [];
  let [last, hash] = [first, firstHash];
  for (const rlp of encoded.slice(0, MAX_FOLLOWING)) {
    const next = attempt('following header', list, () => BlockHeader.parse(rlp));
    if (next === null) break;
    const parent = next.bytes('parentHash');
    if (next.number !== last.number + 1n || !equal(parent, hash)) {
      list.error(Codes.headerChanged, `header ${next.number}`, 'The header does not follow the one before it.', `${last.number + 1n}, on ${hex0x(hash)}`, `${next.number}, on ${hex0x(parent)}`);
      break;
    }
    const nextHash = attempt('following header', list, () => blockHash(next, consensus));
    if (nextHash === null) break;
    unbroken.push(next);
    [last, hash] = [next, nextHash];
  }
  return unbroken;
}

function checkReceipt(proof: AnchorProof, receiptsRoot: Uint8Array, list: FindingList): void {
  const proven = verifyTrieProof(receiptsRoot, encodeInteger(proof.transactionIndex), proof.receiptProof);
  if (proven === null) list.error(Codes.receiptProofWrong, 'receipt', "The trie nodes do not prove a receipt against the header's receipts root.", hex0x(receiptsRoot));
  else if (!equal(proven, proof.receipt)) list.error(Codes.receiptProofWrong, 'receipt', 'The receipt is not the one that the trie nodes prove.', hex0x(keccak256(proven)), hex0x(keccak256(proof.receipt)));
  const receipt = attempt('receipt', list, () => parseReceipt(proof.receipt));
  if (receipt === null) return;
  if (!receipt.succeeded) list.error(Codes.anchorChanged, 'receipt', 'The transaction did not succeed, so it anchored nothing.');
  checkEvent(proof, receipt, list);
}

function checkEvent(proof: AnchorProof, receipt: Receipt, list: FindingList): void {
  const events = receipt.logs
    .filter((log) => hex0x(log.address) === proof.contract)
    .map(anchoredEvent)
    .filter((event): event is AnchoredEvent => event?.logId === proof.logId);
  if (events.some((event) => event.size === proof.size && event.root === proof.root)) return;
  const expected = `log ${proof.logId}, ${proof.size} leaves, root ${proof.root}`;
  if (events.length === 0) list.error(Codes.anchorUnexpected, 'event', `The receipt holds no anchor of this log by contract ${proof.contract}.`, expected);
  else list.error(Codes.anchorChanged, 'event', 'What the contract anchored is not what is stated.', expected, events.map((event) => `${event.size} leaves, root ${event.root}`).join('; '));
}

function attempt<T>(subject: string, list: FindingList, read: () => T): T | null {
  try {
    return read();
  } catch (e) {
    if (!(e instanceof FormatError)) throw e;
    list.warning(Codes.anchorUnreadable, subject, `The ${subject} could not be read: ${e.message}`);
    return null;
  }
}
