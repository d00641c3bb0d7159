import { concat, equal, fromHex, toBigInt } from '../bytes.js';
import { encodeDer } from './asn1.js';
import type { DigestAlgorithm } from './digests.js';

/** Smaller keys are none, and larger ones would only cost time. */
const MIN_BITS = 512;
const MAX_BITS = 16_384;
const MAX_EXPONENT_BITS = 64;

export interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

export type Padding = 'pkcs1' | 'pss';

export const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);

/** Whether an RSA signature verifies over a digest (RFC 8017, sections 8.1.2 and 8.2.2); null when the key is not one that can be used. */
export function verifyRsa(key: RsaKey, padding: Padding, digest: DigestAlgorithm, hash: Uint8Array, signature: Uint8Array): boolean | null {
  const bits = bitLength(key.modulus);
  if (bits < MIN_BITS || bits > MAX_BITS || (key.modulus & 1n) === 0n) return null;
  if (bitLength(key.exponent) > MAX_EXPONENT_BITS || (key.exponent & 1n) === 0n || key.exponent === 1n) return null;
  const size = Math.ceil(bits / 8);
  const s = toBigInt(signature);
  if (signature.length !== size || s >= key.modulus) return false;
  const message = toBytes(power(s, key.exponent, key.modulus), size);
  return padding === 'pkcs1' ? equal(message, encodePkcs1(digest, hash, size)) : verifyPss(digest, hash, message, bits - 1);
}

/** EMSA-PKCS1-v1_5 (section 9.2): there is one right encoding, so it is made and compared. */
function encodePkcs1(digest: DigestAlgorithm, hash: Uint8Array, size: number): Uint8Array {
  const algorithm = encodeDer(0x30, concat(encodeDer(0x06, encodeOid(digest.oid)), Uint8Array.of(0x05, 0x00)));
  const info = encodeDer(0x30, concat(algorithm, encodeDer(0x04, hash)));
  const fill = Math.max(0, size - info.length - 3);
  return concat(Uint8Array.of(0, 1), new Uint8Array(fill).fill(0xff), Uint8Array.of(0), info);
}

/** EMSA-PSS-VERIFY (section 9.1.2) with MGF1 of the same digest and a salt as long as the digest. */
function verifyPss(digest: DigestAlgorithm, mHash: Uint8Array, message: Uint8Array, emBits: number): boolean {
  const length = digest.hash.outputLen;
  const emLength = Math.ceil(emBits / 8);
  // A modulus of 8n+1 bits gives an encoded message that is a byte shorter.
  if (message.subarray(0, message.length - emLength).some((byte) => byte !== 0)) return false;
  const em = message.subarray(message.length - emLength);
  const unused = 8 * emLength - emBits;
  if (emLength < 2 * length + 2 || em[emLength - 1] !== 0xbc || (em[0] as number) >> (8 - unused) !== 0) return false;
  const [masked, h] = [em.subarray(0, emLength - length - 1), em.subarray(emLength - length - 1, emLength - 1)];
  const mask = mgf1(digest, h, masked.length);
  const db = masked.map((byte, i) => byte ^ (mask[i] as number));
  db[0] = (db[0] as number) & (0xff >> unused);
  const fill = db.length - length - 1;
  if (db.subarray(0, fill).some((byte) => byte !== 0) || db[fill] !== 1) return false;
  return equal(digest.hash(concat(new Uint8Array(8), mHash, db.subarray(fill + 1))), h);
}

/** Section B.2.1. */
function mgf1(digest: DigestAlgorithm, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let i = 0; i * digest.hash.outputLen < length; i++) blocks.push(digest.hash(concat(seed, Uint8Array.of(i >>> 24, i >>> 16, i >>> 8, i))));
  return concat(...blocks).subarray(0, length);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function toBytes(value: bigint, size: number): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * size, '0')) as Uint8Array;
}

function encodeOid(oid: string): Uint8Array {
  const [top = 0, second = 0, ...rest] = oid.split('.').map(Number);
  return Uint8Array.from([top * 40 + second, ...rest].flatMap(encodeArc));
}

function encodeArc(arc: number): number[] {
  const digits = [arc & 0x7f];
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) digits.unshift(0x80 | (rest & 0x7f));
  return digits;
}

