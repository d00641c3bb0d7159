import { concat, equal } from '../bytes.js';
import { sha256 } from '../crypto/hashes.js';

/** The root of the tree without leaves (RFC 9162, section 2.1.1). */
export const EMPTY_ROOT = sha256(new Uint8Array());

/** SHA-256(0x00 || entry). */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(0), entry));

/** SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concat(Uint8Array.of(1), left, right));

/** Whether `proof` leads from the leaf `index` to the root of the tree of `size` leaves (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(leaf: Uint8Array, index: bigint, size: bigint, proof: readonly Uint8Array[], root: Uint8Array): boolean {
  if (index >= size) return false;
  const climb = new Climb(index, size - 1n);
  let r = leaf;
  for (const p of proof) {
    if (climb.atRoot) return false;
    r = climb.step() ? nodeHash(p, r) : nodeHash(r, p);
  }
  return climb.atRoot && equal(r, root);
}

/**
 * Whether `proof` shows the tree of `oldSize` leaves to be the beginning of that of `newSize` (RFC 9162, section 2.1.4.2).
 * Beyond the RFC: equal sizes need equal roots and no hashes, and the empty tree begins every tree.
 */
export function verifyConsistency(oldSize: bigint, oldRoot: Uint8Array, newSize: bigint, newRoot: Uint8Array, proof: readonly Uint8Array[]): boolean {
  if (oldSize > newSize) return false;
  if (oldSize === 0n && !equal(oldRoot, EMPTY_ROOT)) return false;
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot);
  if (oldSize === 0n) return proof.length === 0;
  let [fn, sn] = [oldSize - 1n, newSize - 1n];
  while (fn & 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  // A complete old tree is a node of the new one, and the prover leaves out what the verifier has.
  const path = fn === 0n ? [oldRoot, ...proof] : proof;
  const first = path[0];
  if (proof.length === 0 || first === undefined) return false;
  return climbBoth(new Climb(fn, sn), first, path.slice(1), oldRoot, newRoot);
}

function climbBoth(climb: Climb, first: Uint8Array, path: readonly Uint8Array[], oldRoot: Uint8Array, newRoot: Uint8Array): boolean {
  let [fr, sr] = [first, first];
  for (const c of path) {
    if (climb.atRoot) return false;
    if (climb.step()) [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
    else sr = nodeHash(sr, c);
  }
  return climb.atRoot && equal(fr, oldRoot) && equal(sr, newRoot);
}

/** The way from a node to the root: fn is the node, sn the last one of its level. */
class Climb {
  constructor(
    private fn: bigint,
    private sn: bigint,
  ) {}

  get atRoot(): boolean {
    return this.sn === 0n;
  }

  /** Goes up over one hash of the proof; true where that hash stands on the left. */
  step(): boolean {
    const left = (this.fn & 1n) === 1n || this.fn === this.sn;
    // A last node without a sibling is its own parent.
    if (left) while ((this.fn & 1n) === 0n && this.fn !== 0n) this.up();
    this.up();
    return left;
  }

  private up(): void {
    [this.fn, this.sn] = [this.fn >> 1n, this.sn >> 1n];
  }
}
