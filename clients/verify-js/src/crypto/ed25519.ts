import { ed25519 } from '@noble/curves/ed25519';
import { sha512 } from '@noble/hashes/sha2';
import { concat, equal } from '../bytes.js';

const Point = ed25519.Point;
const ORDER = Point.Fn.ORDER;

/**
 * Whether a signature verifies (RFC 8032, section 5.1.7), by the equation without the cofactor: S·B − k·A must have the very encoding R.
 * The RFC allows both equations; verifiers that choose differently disagree about signatures that a dishonest key makes.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const [encodedR, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  if (s >= ORDER) return false;
  try {
    const a = Point.fromHex(publicKey, false);
    const k = littleEndian(sha512(concat(encodedR, publicKey, message))) % ORDER;
    return equal(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), encodedR);
  } catch {
    return false; // the key is no point of the curve
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
