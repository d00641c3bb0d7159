import { FormatError } from '../bytes.js';
import { isNull, readAlgorithm } from './algorithm.js';
import { Asn1, Tags } from './asn1.js';
import { curveOf } from './curves.js';
import type { DigestAlgorithm } from './digests.js';
import { verifyEcdsa } from './ecdsa.js';
import { bitLength, type Padding, type RsaKey, verifyRsa } from './rsa.js';

export type PublicKey =
  | { readonly kind: 'rsa'; readonly key: RsaKey; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: string; readonly point: Uint8Array; readonly bits: number }
  | { readonly kind: 'ed25519'; readonly bytes: Uint8Array }
  | { readonly kind: 'other'; readonly oid: string };

/** A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7). One of a kind that is not known can be spoken of: it is one that verifies nothing. @throws FormatError */
export function readPublicKey(info: Asn1): PublicKey {
  const [item, bits, ...more] = info.sequence();
  if (item === undefined || bits === undefined || more.length > 0) throw new FormatError('A public key has two parts.');
  const { oid, parameters } = readAlgorithm(item);
  const bytes = bits.wholeBytes();
  if (oid === '1.2.840.113549.1.1.1') return readRsaKey(parameters, bytes);
  if (oid === '1.3.101.112') return { kind: 'ed25519', bytes };
  const curve = oid === '1.2.840.10045.2.1' && parameters?.is(Tags.oid) === true ? parameters.oid() : null;
  const bitsOfCurve = curve === null ? undefined : curveOf(curve)?.bits;
  return curve === null || bitsOfCurve === undefined ? { kind: 'other', oid } : { kind: 'ec', curve, point: bytes, bits: bitsOfCurve };
}

/** Whether a signature value verifies over a digest; no padding means ECDSA; null when the key is of a kind that cannot be used for it. */
export function verifyValue(key: PublicKey, padding: Padding | null, digest: DigestAlgorithm, hash: Uint8Array, value: Uint8Array): boolean | null {
  if (padding === null) return key.kind === 'ec' ? verifyEcdsa(key.curve, key.point, hash, value) : null;
  return key.kind === 'rsa' ? verifyRsa(key.key, padding, digest, hash, value) : null;
}

function readRsaKey(parameters: Asn1 | undefined, der: Uint8Array): PublicKey {
  if (parameters !== undefined && !isNull(parameters)) throw new FormatError('An RSA key has parameters.');
  const [modulus, exponent, ...more] = Asn1.readWhole(der).requireDer().sequence();
  if (modulus === undefined || exponent === undefined || more.length > 0) throw new FormatError('An RSA key is not a modulus and an exponent.');
  const key = { modulus: modulus.unsigned(), exponent: exponent.unsigned() };
  if (key.modulus === 0n || key.exponent === 0n) throw new FormatError('A number of an RSA key is zero.');
  return { kind: 'rsa', key, bits: bitLength(key.modulus) };
}
