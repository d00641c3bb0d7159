import { equal, FormatError, fromUtf8, hex, toUtf8 } from '../bytes.js';
import { verifyEd25519 } from '../crypto/ed25519.js';
import { Asn1, CONTEXT, Tags } from './asn1.js';
import { digestByOid, type DigestAlgorithm } from './digests.js';
import { curveOf } from './curves.js';
import { verifyEcdsa } from './ecdsa.js';
import { readPem } from './pem.js';
import { bitLength, type Padding, type RsaKey, verifyRsa } from './rsa.js';
import { readPssDigest } from './pssParameters.js';

export type PublicKey =
  | { readonly kind: 'rsa'; readonly key: RsaKey; readonly bits: number }
  | { readonly kind: 'ec'; readonly curve: string; readonly point: Uint8Array; readonly bits: number }
  | { readonly kind: 'ed25519'; readonly bytes: Uint8Array }
  | { readonly kind: 'other'; readonly oid: string };

export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** A distinguished name: for people, and in a form by which names are compared (RFC 5280, section 7.1, in brief). */
export interface Name {
  readonly text: string;
  readonly comparable: string;
}

/** An X.509 certificate (RFC 5280). */
export class Certificate {
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly version: number;
  /** Seconds since 1970, both included. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
  readonly extensions: ReadonlyMap<string, Extension>;
  private readonly tbs: Uint8Array;
  private readonly algorithm: Asn1;
  /** With the byte in front that counts unused bits. */
  private readonly signature: Uint8Array;
  private readonly namesOneAlgorithm: boolean;
  /** Whether an extension stands there twice. */
  readonly hasDoubles: boolean;

  private constructor(readonly raw: Uint8Array) {
    const whole = Asn1.readWhole(raw);
    if (!whole.hasDerLengths) throw new FormatError('A certificate is not in DER.');
    const [tbs, algorithm, signature, ...more] = whole.sequence();
    if (tbs === undefined || algorithm === undefined || signature === undefined || more.length > 0) throw new FormatError('A certificate has three parts.');
    const fields = tbs.sequence();
    const versioned = fields[0]?.is(0, CONTEXT) === true;
    this.version = versioned ? Number(only((fields.shift() as Asn1).list(0, CONTEXT)).unsigned()) + 1 : 1;
    const [serial, inner, issuer, validity, subject, key, ...rest] = fields;
    if (serial === undefined || inner === undefined || issuer === undefined || validity === undefined || subject === undefined || key === undefined) throw new FormatError('A certificate lacks a field.');
    [this.serial, this.issuer, this.subject] = [hex(serial.integer()), readName(issuer), readName(subject)];
    const [from, to] = validity.sequence();
    [this.notBefore, this.notAfter] = [readTime(from), readTime(to)];
    this.publicKey = readUsableKey(key);
    const extensions = rest.find((field) => field.is(3, CONTEXT));
    [this.extensions, this.hasDoubles] = readExtensions(extensions === undefined ? [] : only(extensions.list(3, CONTEXT)).sequence());
    checkAlgorithm(inner);
    checkAlgorithm(algorithm);
    this.namesOneAlgorithm = equal(inner.raw, algorithm.raw);
    [this.tbs, this.algorithm, this.signature] = [tbs.raw, algorithm, signature.primitive(Tags.bitString)];
  }

  /** @throws FormatError */
  static parse(der: Uint8Array): Certificate {
    return new Certificate(der);
  }

  /** The certificates in a PEM text, in its order. @throws FormatError when a block is no certificate. */
  static fromPem(pem: string | Uint8Array): Certificate[] {
    const blocks = readPem(typeof pem === 'string' ? toUtf8(pem) : pem);
    return blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ bytes }) => Certificate.parse(bytes));
  }

  /** Reads a distinguished name. @throws FormatError */
  static nameOf(name: Asn1): Name {
    return readName(name);
  }

  get isSelfIssued(): boolean {
    return this.subject.comparable === this.issuer.comparable;
  }

  /** Whether the issuer's key signed this certificate. */
  isSignedBy(issuer: Certificate): boolean {
    const [oid, parameters] = this.algorithm.sequence();
    const scheme = certificateScheme(oid?.oid() ?? '', parameters);
    if (scheme === null || !this.namesOneAlgorithm || this.signature[0] !== 0) return false;
    const value = this.signature.subarray(1);
    const { publicKey } = issuer;
    if (scheme === 'ed25519') return publicKey.kind === 'ed25519' && verifyEd25519(publicKey.bytes, this.tbs, value);
    return verifyValue(publicKey, scheme.padding, scheme.digest, scheme.digest.hash(this.tbs), value) === true;
  }
}

/** Whether a signature value verifies over a digest; no padding means ECDSA; null when the key is of a kind that cannot be used for it. */
export function verifyValue(key: PublicKey, padding: Padding | null, digest: DigestAlgorithm, hash: Uint8Array, value: Uint8Array): boolean | null {
  if (padding === null) return key.kind === 'ec' ? verifyEcdsa(key.curve, key.point, hash, value) : null;
  return key.kind === 'rsa' ? verifyRsa(key.key, padding, digest, hash, value) : null;
}

type Scheme = { readonly padding: Padding | null; readonly digest: DigestAlgorithm };

const RSA = '1.2.840.113549.1.1';
const ECDSA = '1.2.840.10045.4';
const SCHEMES: Readonly<Record<string, readonly [Padding | null, string]>> = {
  [`${RSA}.4`]: ['pkcs1', '1.2.840.113549.2.5'],
  [`${RSA}.5`]: ['pkcs1', '1.3.14.3.2.26'],
  [`${RSA}.11`]: ['pkcs1', '2.16.840.1.101.3.4.2.1'],
  [`${RSA}.12`]: ['pkcs1', '2.16.840.1.101.3.4.2.2'],
  [`${RSA}.13`]: ['pkcs1', '2.16.840.1.101.3.4.2.3'],
  [`${ECDSA}.1`]: [null, '1.3.14.3.2.26'],
  [`${ECDSA}.3.2`]: [null, '2.16.840.1.101.3.4.2.1'],
  [`${ECDSA}.3.3`]: [null, '2.16.840.1.101.3.4.2.2'],
  [`${ECDSA}.3.4`]: [null, '2.16.840.1.101.3.4.2.3'],
};

/** Padding and digest that a signature algorithm's identifier names; null for one that names none. */
export function schemeOf(oid: string): Scheme | null {
  const [padding, digestOid] = SCHEMES[oid] ?? [];
  const digest = digestOid === undefined ? null : digestByOid(digestOid);
  return padding === undefined || digest === null ? null : { padding, digest };
}

function certificateScheme(oid: string, parameters: Asn1 | undefined): Scheme | 'ed25519' | null {
  if (oid === '1.3.101.112') return 'ed25519';
  if (oid !== `${RSA}.10`) return schemeOf(oid);
  const digest = readPssDigest(parameters);
  return digest === null ? null : { padding: 'pss', digest };
}

/** AlgorithmIdentifier (RFC 5280, section 4.1.1.2): parameters may be there, and nothing else. */
function checkAlgorithm(algorithm: Asn1): void {
  const [oid, , ...more] = algorithm.sequence();
  if (oid === undefined || more.length > 0) throw new FormatError('An algorithm in a certificate is malformed.');
  oid.oid();
}

/** A key that cannot be read, in a SubjectPublicKeyInfo that can, can still be spoken of: it is one that verifies nothing. */
function readUsableKey(info: Asn1): PublicKey {
  const [algorithm, bits, ...more] = info.sequence();
  if (algorithm === undefined || bits === undefined || more.length > 0) throw new FormatError('A public key has two parts.');
  checkAlgorithm(algorithm);
  bits.primitive(Tags.bitString);
  try {
    return readPublicKey(info);
  } catch (e) {
    if (!(e instanceof FormatError)) throw e;
    return { kind: 'other', oid: 'malformed' };
  }
}

/** A SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7). @throws FormatError */
export function readPublicKey(info: Asn1): PublicKey {
  const [algorithm, bits] = info.sequence();
  const [oid, parameters] = algorithm?.sequence() ?? [];
  if (oid === undefined || bits === undefined) throw new FormatError('A public key lacks its algorithm.');
  const name = oid.oid();
  if (name === `${RSA}.1`) return readRsaKey(bits.bits());
  if (name === '1.3.101.112') return { kind: 'ed25519', bytes: bits.bits() };
  const curve = name === '1.2.840.10045.2.1' && parameters?.is(Tags.oid) === true ? parameters.oid() : null;
  const bitsOfCurve = curve === null ? undefined : curveOf(curve)?.bits;
  return curve === null || bitsOfCurve === undefined ? { kind: 'other', oid: name } : { kind: 'ec', curve, point: bits.bits(), bits: bitsOfCurve };
}

function readRsaKey(der: Uint8Array): PublicKey {
  const [modulus, exponent] = Asn1.readWhole(der).sequence();
  if (modulus === undefined || exponent === undefined) throw new FormatError('An RSA key lacks its modulus or its exponent.');
  const key = { modulus: modulus.unsigned(), exponent: exponent.unsigned() };
  return { kind: 'rsa', key, bits: bitLength(key.modulus) };
}

function readExtensions(list: readonly Asn1[]): [Map<string, Extension>, boolean] {
  const extensions = new Map<string, Extension>();
  for (const item of list) {
    const fields = item.sequence();
    const [oid, value] = [fields[0]?.oid() ?? '', fields[fields.length - 1]];
    if (value === undefined || fields.length < 2 || fields.length > 3) throw new FormatError('An extension of a certificate is malformed.');
    const critical = fields.length === 3 && (fields[1] as Asn1).primitive(Tags.boolean)[0] !== 0;
    extensions.set(oid, { critical, value: value.octets() });
  }
  return [extensions, extensions.size < list.length];
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'S',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'E',
};

function readName(name: Asn1): Name {
  const parts = name.sequence().flatMap((rdn) => rdn.set().map(readAttribute));
  return {
    text: parts.map(([oid, value]) => `${ATTRIBUTES[oid] ?? oid}=${value}`).join(', '),
    comparable: JSON.stringify(parts.map(([oid, value]) => [oid, value.trim().replace(/\s+/g, ' ').toLowerCase()])),
  };
}

function readAttribute(attribute: Asn1): [string, string] {
  const [oid, value] = attribute.sequence();
  if (oid === undefined || value === undefined) throw new FormatError('A name in a certificate is malformed.');
  return [oid.oid(), readText(value)];
}

const UTF8_STRING = 12;
const NUMERIC_STRING = 18;
const BMP_STRING = 30;
/** Bit, numeric, printable, T61, IA5 and universal strings, and a sequence: what else directory attributes are written in. */
const OTHER_STRINGS = [3, 16, 18, 19, 20, 22, 28];

function readText(value: Asn1): string {
  if (value.is(UTF8_STRING)) return fromUtf8(value.content);
  if (value.is(BMP_STRING)) return new TextDecoder('utf-16be').decode(value.content);
  // Letters in a string of digits are no text that could be the same as another's.
  if (value.is(NUMERIC_STRING) && value.content.some((byte) => byte !== 0x20 && (byte < 0x30 || byte > 0x39))) return `#${hex(value.raw)}`;
  if (!OTHER_STRINGS.some((tag) => value.is(tag))) throw new FormatError('A name in a certificate is not written in a string.');
  return new TextDecoder('latin1').decode(value.content);
}

/** UTCTime or GeneralizedTime in the forms of RFC 5280, section 4.1.2.5, in seconds since 1970. */
function readTime(time: Asn1 | undefined): number {
  const isUtc = time?.is(Tags.utcTime) === true;
  const text = time === undefined ? '' : new TextDecoder('latin1').decode(time.primitive(isUtc ? Tags.utcTime : Tags.generalizedTime));
  const [, year = '', month, day, hour, minute, second] = (isUtc ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(text) ?? [];
  const century = !isUtc ? '' : Number(year) < 50 ? '20' : '19';
  const milliseconds = Date.parse(`${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(milliseconds)) throw new FormatError('A time in a certificate is malformed.');
  return milliseconds / 1000;
}

function only(items: readonly Asn1[]): Asn1 {
  const [item, ...more] = items;
  if (item === undefined || more.length > 0) throw new FormatError('One ASN.1 value was expected.');
  return item;
}
