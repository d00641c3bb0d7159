import { equal, FormatError } from '../bytes.js';
import { keccak256 } from '../crypto/hashes.js';
import { bytesOf, decodeRlp, fixedOf, listOf, type RlpItem } from './rlp.js';

/**
 * The value that the Merkle-Patricia trie (Yellow Paper, appendix D) with this root holds under `key`, as `nodes` prove it: root first, each used once.
 * Null when they do not prove that there is a value.
 */
export function verifyTrieProof(root: Uint8Array, key: Uint8Array, nodes: readonly Uint8Array[]): Uint8Array | null {
  try {
    return new Walk(nodes, nibblesOf(key)).run(root);
  } catch (e) {
    if (e instanceof FormatError) return null;
    throw e;
  }
}

class Walk {
  private used = 0;

  constructor(
    private readonly nodes: readonly Uint8Array[],
    private path: readonly number[],
  ) {}

  run(root: Uint8Array): Uint8Array | null {
    let node = this.load(root);
    for (;;) {
      const next = this.step(listOf(node, 'A trie node'));
      if (next === null) return null;
      if (next.isValue) {
        const value = bytesOf(next.item, 'value');
        return this.used === this.nodes.length && value.length > 0 ? value : null;
      }
      node = next.item.items !== null ? embedded(next.item) : this.load(fixedOf(next.item, 32, 'node reference'));
    }
  }

  private step(items: readonly RlpItem[]): { item: RlpItem; isValue: boolean } | null {
    if (items.length === 17) return this.branch(items);
    const [first, second] = items;
    if (first === undefined || second === undefined || items.length !== 2) throw new FormatError(`A trie node has 2 or 17 items, not ${items.length}.`);
    const { path, leaf } = readHexPrefix(bytesOf(first, 'path'));
    if (!leaf && path.length === 0) throw new FormatError('An extension node has an empty path.');
    if (!path.every((nibble, i) => nibble === this.path[i]) || (leaf && path.length !== this.path.length)) return null;
    this.path = this.path.slice(path.length);
    return { item: second, isValue: leaf };
  }

  private branch(items: readonly RlpItem[]): { item: RlpItem; isValue: boolean } | null {
    const nibble = this.path[0];
    if (nibble === undefined) return { item: items[16] as RlpItem, isValue: true };
    this.path = this.path.slice(1);
    const child = items[nibble] as RlpItem;
    return child.bytes?.length === 0 ? null : { item: child, isValue: false };
  }

  private load(hash: Uint8Array): RlpItem {
    const node = this.nodes[this.used++];
    if (node === undefined) throw new FormatError('A trie node is missing.');
    if (!equal(keccak256(node), hash)) throw new FormatError('A trie node does not have the hash that its parent names.');
    return decodeRlp(node);
  }
}

/** Only a node of fewer than 32 bytes stands in its parent itself. */
function embedded(node: RlpItem): RlpItem {
  if (node.raw.length >= 32) throw new FormatError('A trie node of 32 bytes or more stands in its parent.');
  return node;
}

const nibblesOf = (bytes: Uint8Array): number[] => [...bytes].flatMap((byte) => [byte >> 4, byte & 0xf]);

/** The hex-prefix form of a path (appendix C); exactly one form of each path is accepted. */
function readHexPrefix(encoded: Uint8Array): { path: number[]; leaf: boolean } {
  const [flags, ...rest] = nibblesOf(encoded);
  if (flags === undefined || flags > 3) throw new FormatError('A trie path has unknown flags.');
  const odd = (flags & 1) !== 0;
  if (!odd && rest[0] !== 0) throw new FormatError('A trie path has unknown flags.');
  return { path: odd ? rest : rest.slice(1), leaf: (flags & 2) !== 0 };
}
