import { ecdsa as makeEcdsa, type ECDSA, weierstrassN } from '@noble/curves/abstract/weierstrass';
import { p256, p384, p521 } from '@noble/curves/nist';
import { secp256k1 } from '@noble/curves/secp256k1';
import { sha256 } from '@noble/hashes/sha2';
import { concat, FormatError } from '../bytes.js';
import { Asn1 } from './asn1.js';

interface NamedCurve {
  readonly ecdsa: Pick<ECDSA, 'verify'>;
  readonly bits: number;
}

/** Brainpool curves (RFC 5639), which noble does not name. */
function brainpool(bits: number, p: string, a: string, b: string, x: string, y: string, n: string): NamedCurve {
  const number = (text: string): bigint => BigInt(`0x${text}`);
  const point = weierstrassN({ p: number(p), a: number(a), b: number(b), n: number(n), h: 1n, Gx: number(x), Gy: number(y) });
  return { ecdsa: makeEcdsa(point, sha256), bits };
}

const CURVES: Readonly<Record<string, () => NamedCurve>> = {
  '1.2.840.10045.3.1.7': () => ({ ecdsa: p256, bits: 256 }),
  '1.3.132.0.34': () => ({ ecdsa: p384, bits: 384 }),
  '1.3.132.0.35': () => ({ ecdsa: p521, bits: 521 }),
  '1.3.132.0.10': () => ({ ecdsa: secp256k1, bits: 256 }),
  '1.3.36.3.3.2.8.1.1.7': () =>
    brainpool(
      256,
      'a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377',
      '7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9',
      '26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6',
      '8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262',
      '547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997',
      'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7',
    ),
};

/** Bits of a named curve; null when it is not one that can be used. */
export const curveBits = (oid: string): number | null => CURVES[oid]?.().bits ?? null;

/** Whether an ECDSA signature verifies over a digest; null when curve or key are not ones that can be used. */
export function verifyEcdsa(curveOid: string, publicKey: Uint8Array, hash: Uint8Array, der: Uint8Array): boolean | null {
  const curve = CURVES[curveOid]?.();
  if (curve === undefined) return null;
  const signature = fixedFields(der, Math.ceil(curve.bits / 8));
  if (signature === null) return false;
  // Either half of the order is taken: signatures of people, unlike seals, have no rule about it.
  return curve.ecdsa.verify(signature, hash, publicKey, { prehash: false, lowS: false });
}

/** r and s of the DER sequence (RFC 3279, section 2.2.3) side by side; null when it is not exactly such a sequence. */
function fixedFields(der: Uint8Array, size: number): Uint8Array | null {
  try {
    const [r, s, ...rest] = Asn1.readWhole(der).sequence();
    if (r === undefined || s === undefined || rest.length > 0 || !isDer(der)) return null;
    return concat(fixed(r, size), fixed(s, size));
  } catch (e) {
    if (e instanceof FormatError) return null;
    throw e;
  }
}

/** The shortest form of the length, which BER leaves open. */
function isDer(der: Uint8Array): boolean {
  const [length, digit] = [der[1] as number, der[2] as number];
  return length < 0x80 || (length === 0x81 && digit >= 0x80);
}

function fixed(integer: Asn1, size: number): Uint8Array {
  if (integer.raw.length !== integer.content.length + 2) throw new FormatError('An integer of the signature is not DER.');
  const value = integer.unsigned();
  const bytes = integer.content[0] === 0 ? integer.content.subarray(1) : integer.content;
  if (value === 0n || bytes.length > size) throw new FormatError('An integer of the signature is out of range.');
  return concat(new Uint8Array(size - bytes.length), bytes);
}
