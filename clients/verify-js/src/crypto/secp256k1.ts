import { secp256k1 } from '@noble/curves/secp256k1';
import { keccak256 } from './hashes.js';

/** Length of a validator's signature in a header: r, s, and one byte of recovery id. */
export const SEAL_SIZE = 65;

/**
 * The address whose key made a seal over a 32-byte hash (SEC 1, section 4.1.6), or null when the bytes are no such signature.
 * An s in the upper half of the order is no seal: without that rule every seal could be written in two ways.
 */
export function sealedBy(hash: Uint8Array, seal: Uint8Array): Uint8Array | null {
  const id = seal[SEAL_SIZE - 1];
  if (seal.length !== SEAL_SIZE || id === undefined || id > 1) return null;
  try {
    const signature = secp256k1.Signature.fromBytes(seal.subarray(0, SEAL_SIZE - 1), 'compact').addRecoveryBit(id);
    return signature.hasHighS() ? null : addressOf(signature.recoverPublicKey(hash).toBytes(false).subarray(1));
  } catch {
    return null; // r or s out of range, or no point of the curve has this x
  }
}

/** The address of a public key of x and y: the end of its Keccak-256 (Yellow Paper, appendix F). */
export const addressOf = (publicKey: Uint8Array): Uint8Array => keccak256(publicKey).subarray(12);
