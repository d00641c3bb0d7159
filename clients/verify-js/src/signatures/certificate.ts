import { equal, FormatError, hex, toUtf8 } from '../bytes.js';
import { verifyEd25519 } from '../crypto/ed25519.js';
import { type AlgorithmIdentifier, readAlgorithm } from './algorithm.js';
import { Asn1, CONTEXT, readBits } from './asn1.js';
import { type Name, readName } from './distinguishedName.js';
import { Extensions } from './extensions.js';
import { readPem } from './pem.js';
import { type PublicKey, readPublicKey, verifyValue } from './publicKey.js';
import { certificateScheme } from './schemes.js';
import { readTime } from './time.js';

/** An X.509 certificate (RFC 5280, section 4.1), in DER to the letter: readers differ in what they take beyond that. */
export class Certificate {
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly version: number;
  /** Seconds since 1970, both included. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: PublicKey;
  readonly extensions: Extensions;
  private readonly tbs: Uint8Array;
  private readonly algorithm: AlgorithmIdentifier;
  private readonly signature: Uint8Array;

  private constructor(readonly raw: Uint8Array) {
    const [tbs, algorithm, signature, ...more] = Asn1.readWhole(raw).requireDer().sequence();
    if (tbs === undefined || algorithm === undefined || signature === undefined || more.length > 0) throw new FormatError('A certificate has three parts.');
    [this.tbs, this.algorithm, this.signature] = [tbs.raw, readAlgorithm(algorithm), signature.wholeBytes()];
    const fields = tbs.sequence();
    this.version = fields[0]?.is(0, CONTEXT) === true ? readVersion(fields.shift() as Asn1) : 1;
    const [serial, inner, issuer, validity, subject, key, ...rest] = fields;
    if (serial === undefined || inner === undefined || issuer === undefined || validity === undefined || subject === undefined || key === undefined) throw new FormatError('A certificate lacks a field.');
    if (!equal(inner.raw, algorithm.raw)) throw new FormatError('A certificate names two algorithms of its signature.');
    [this.serial, this.issuer, this.subject] = [hex(serial.integer()), readName(issuer), readName(subject)];
    [this.notBefore, this.notAfter] = readValidity(validity);
    this.publicKey = readPublicKey(key);
    this.extensions = new Extensions(readRest(rest, this.version));
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

  get isSelfIssued(): boolean {
    return this.subject.comparable === this.issuer.comparable;
  }

  /** Whether the issuer's key signed this certificate. */
  isSignedBy({ publicKey }: Certificate): boolean {
    const scheme = certificateScheme(this.algorithm);
    if (scheme === null) return false;
    if (scheme === 'ed25519') return publicKey.kind === 'ed25519' && verifyEd25519(publicKey.bytes, this.tbs, this.signature);
    return verifyValue(publicKey, scheme.padding, scheme.digest, scheme.digest.hash(this.tbs), this.signature) === true;
  }
}

function readVersion(wrapped: Asn1): number {
  const version = only(wrapped.list(0, CONTEXT)).unsigned();
  if (version > 2n) throw new FormatError('A certificate has no such version.');
  return Number(version) + 1;
}

function readValidity(validity: Asn1): [number, number] {
  const [from, to, ...more] = validity.sequence();
  if (from === undefined || to === undefined || more.length > 0) throw new FormatError('A certificate is not valid from a time to a time.');
  return [readTime(from), readTime(to)];
}

/** What stands behind the public key: identifiers from version 2 on, extensions in version 3. */
function readRest(rest: Asn1[], version: number): Asn1[] {
  for (const tag of [1, 2]) {
    if (version < 2 || rest[0]?.is(tag, CONTEXT) !== true) continue;
    const id = rest.shift() as Asn1;
    if (id.constructed) throw new FormatError('An identifier in a certificate is malformed.');
    readBits(id.content);
  }
  const list = version === 3 && rest[0]?.is(3, CONTEXT) === true ? only((rest.shift() as Asn1).list(3, CONTEXT)).sequence() : null;
  if (rest.length > 0 || list?.length === 0) throw new FormatError('A certificate has other fields than those of its version.');
  return list ?? [];
}

function only(items: readonly Asn1[]): Asn1 {
  const [item, ...more] = items;
  if (item === undefined || more.length > 0) throw new FormatError('One ASN.1 value was expected.');
  return item;
}
