import { concat, FormatError } from '../bytes.js';
import { Asn1 } from './asn1.js';
import { curveOf, type NamedCurve } from './curves.js';

/** Whether an ECDSA signature verifies over a digest; null when curve or key are not ones that can be used. */
export function verifyEcdsa(curveOid: string, publicKey: Uint8Array, hash: Uint8Array, der: Uint8Array): boolean | null {
  const curve = curveOf(curveOid);
  if (curve === null || !isPoint(curve, publicKey)) return null;
  const signature = fixedFields(der, Math.ceil(curve.bits / 8));
  if (signature === null) return false;
  // Either half of the order is taken: signatures of people, unlike seals, have no rule about it.
  return curve.ecdsa.verify(signature, hash, publicKey, { prehash: false, lowS: false });
}

const UNCOMPRESSED = 4;

function isPoint(curve: NamedCurve, publicKey: Uint8Array): boolean {
  if (publicKey[0] !== UNCOMPRESSED) return false;
  try {
    curve.ecdsa.Point.fromBytes(publicKey).assertValidity();
    return true;
  } catch {
    return false;
  }
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
