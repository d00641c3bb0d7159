import { concat, FormatError, hex } from '../bytes.js';
import { type AlgorithmIdentifier, readAlgorithm } from './algorithm.js';
import { Asn1, CONTEXT, encodeDer, Tags } from './asn1.js';
import { Certificate } from './certificate.js';
import { readName } from './distinguishedName.js';
import { MAX_CERTIFICATES, MAX_SIGNERS } from './limits.js';

const Oids = { signedData: '1.2.840.113549.1.7.2', contentType: '1.2.840.113549.1.9.3', messageDigest: '1.2.840.113549.1.9.4' } as const;

/** A CMS SignedData (RFC 5652, sections 3 and 5.1). */
export interface SignedData {
  /** Empty when it is detached. */
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly Signer[];
}

/** The certificate of a signer: by its issuer's name as it stands there and its serial number, or by a key identifier. */
export type SignerId = { readonly issuer: Uint8Array; readonly serial: string } | { readonly keyId: Uint8Array };

/** Section 5.3. */
export interface Signer {
  readonly id: SignerId;
  readonly digestOid: string;
  readonly attributes: SignedAttributes | null;
  readonly algorithm: AlgorithmIdentifier;
  readonly value: Uint8Array;
}

export interface SignedAttributes {
  readonly messageDigest: Uint8Array;
  /** What is signed: the DER SET OF the attributes, whatever their order in the file (section 5.4). */
  readonly encoded: Uint8Array;
}

interface Attribute {
  readonly oid: Asn1;
  readonly values: readonly Asn1[];
}

/** Reads SignedData in BER, to the letter. @throws FormatError when it is of another form, or beyond a limit. */
export function readSignedData(bytes: Uint8Array): SignedData {
  const [type, wrapped, ...more] = Asn1.readWhole(bytes).requireReadable().sequence();
  if (need(type).oid() !== Oids.signedData || more.length > 0) throw new FormatError('the content is not SignedData');
  const [version, digests, encapsulated, ...rest] = only(need(wrapped).list(0, CONTEXT)).sequence();
  if (![1n, 3n, 4n, 5n].includes(need(version).unsigned())) throw new FormatError('SignedData has no such version');
  need(digests).set().forEach(readAlgorithm);
  const [contentType, content, ...behind] = need(encapsulated).sequence();
  if (behind.length > 0) throw new FormatError('the content is more than one');
  const certificates = rest[0]?.is(0, CONTEXT) === true ? (rest.shift() as Asn1).list(0, CONTEXT) : [];
  if (certificates.length > MAX_CERTIFICATES) throw new FormatError(`it has more than ${MAX_CERTIFICATES} certificates`);
  if (rest[0]?.is(1, CONTEXT) === true) (rest.shift() as Asn1).list(1, CONTEXT);
  const signers = only(rest).set();
  if (signers.length > MAX_SIGNERS) throw new FormatError(`it has more than ${MAX_SIGNERS} signers`);
  const contentOid = need(contentType).oid();
  return {
    content: content === undefined ? new Uint8Array() : only(content.list(0, CONTEXT)).octets(),
    certificates: certificates.flatMap(readCertificate),
    signers: signers.map((signer) => readSigner(signer, contentOid)),
  };
}

/** Certificates in other forms than that of RFC 5280 (section 10.2.2) are passed over. */
function readCertificate(choice: Asn1): Certificate[] {
  if (choice.is(Tags.sequence)) return [Certificate.parse(choice.raw)];
  if (choice.tagClass !== CONTEXT || !choice.constructed || choice.tag > 3) throw new FormatError('what stands among the certificates is none');
  return [];
}

function readSigner(item: Asn1, contentType: string): Signer {
  const [version, id, digest, ...rest] = item.sequence();
  // 1 for an issuer and a serial number, 3 for a key identifier.
  if (need(version).unsigned() !== (need(id).is(0, CONTEXT) ? 3n : 1n)) throw new FormatError('the version of a signer does not fit its identifier');
  const attributes = rest[0]?.is(0, CONTEXT) === true ? readSigned(rest.shift() as Asn1, contentType) : null;
  const [algorithm, value, unsigned, ...more] = rest;
  if (unsigned !== undefined) readAttributes(unsigned, 1);
  if (more.length > 0) throw new FormatError('a signer has more fields than there are');
  return { id: readId(need(id)), digestOid: readAlgorithm(need(digest)).oid, attributes, algorithm: readAlgorithm(need(algorithm)), value: need(value).primitive(Tags.octetString) };
}

function readId(id: Asn1): SignerId {
  if (id.is(0, CONTEXT)) {
    if (id.constructed) throw new FormatError('a key identifier is in pieces');
    return { keyId: id.content };
  }
  const [issuer, serial, ...more] = id.sequence();
  if (more.length > 0) throw new FormatError('a signer is named by more than an issuer and a serial number');
  return { issuer: readName(need(issuer)).raw, serial: hex(need(serial).integer()) };
}

/** Sections 5.3 and 11: in DER, with one content type, that of what was signed, and one message digest. */
function readSigned(item: Asn1, contentType: string): SignedAttributes {
  for (const attribute of item.list(0, CONTEXT)) attribute.requireDer();
  const all = readAttributes(item, 0);
  if (single(all, Oids.contentType).oid() !== contentType) throw new FormatError('the signed attributes are for another type of content');
  const encoded = all.map(({ oid, values }) => encodeDer(0x30, concat(oid.raw, encodeSetOf(values.map((value) => value.raw)))));
  return { messageDigest: single(all, Oids.messageDigest).primitive(Tags.octetString), encoded: encodeSetOf(encoded) };
}

function readAttributes(item: Asn1, tag: number): Attribute[] {
  const attributes = item.list(tag, CONTEXT).map(readAttribute);
  if (attributes.length === 0) throw new FormatError('a set of attributes is empty');
  return attributes;
}

function readAttribute(item: Asn1): Attribute {
  const [oid, set, ...more] = item.sequence();
  const values = need(set).set();
  need(oid).oid();
  if (values.length === 0 || more.length > 0) throw new FormatError('an attribute is not a type and its values');
  return { oid: need(oid), values };
}

function single(attributes: readonly Attribute[], oid: string): Asn1 {
  const [attribute, ...more] = attributes.filter((candidate) => candidate.oid.oid() === oid);
  if (attribute === undefined || more.length > 0) throw new FormatError('the signed attributes lack the one content type and the one message digest that they must have');
  return only(attribute.values);
}

function encodeSetOf(items: readonly Uint8Array[]): Uint8Array {
  return encodeDer(0x31, concat(...[...items].sort((a, b) => (hex(a) < hex(b) ? -1 : 1))));
}

function only(values: readonly Asn1[]): Asn1 {
  if (values.length !== 1) throw new FormatError('a field holds more than one value, or none');
  return need(values[0]);
}

function need(value: Asn1 | undefined): Asn1 {
  if (value === undefined) throw new FormatError('a field is missing');
  return value;
}
