import { concat, equal, FormatError, hex, startsWith, toUtf8 } from '../bytes.js';
import { Asn1, CONTEXT, encodeDer, Tags } from './asn1.js';
import { Certificate, schemeOf } from './certificate.js';
import { failed, provesAlteration, type SignatureCheck, undecided } from './check.js';
import { type DigestAlgorithm, digestByOid, SHA256 } from './digests.js';
import { judge, type SignatureAlgorithm, type Surroundings } from './judge.js';
import { MAX_CERTIFICATES, MAX_SIGNERS } from './limits.js';
import { readPem } from './pem.js';
import { readPssDigest } from './pssParameters.js';

const Oids = {
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  rsa: '1.2.840.113549.1.1.1',
  pss: '1.2.840.113549.1.1.10',
  ecPublicKey: '1.2.840.10045.2.1',
  subjectKeyId: '2.5.29.14',
} as const;

/** The content's digest by an algorithm; null when it cannot be had. */
export type ContentDigest = (algorithm: DigestAlgorithm) => Promise<Uint8Array | null>;

/** Checks CMS SignedData (RFC 5652, section 5). Several signers: all must pass, and the worst of them is the answer. */
export async function checkCms(file: Uint8Array, contentSha256: Uint8Array, otherDigest: ContentDigest, around: Surroundings): Promise<SignatureCheck> {
  try {
    const cms = readSignedData(fromPem(file));
    if (cms.signers.length === 0) return failed('FORMAT_FAILURE', '', 'The CMS holds no signature.');
    if (cms.signers.length > MAX_SIGNERS || cms.certificates.length > MAX_CERTIFICATES) return failed('FORMAT_FAILURE', '', `The CMS has more than ${MAX_SIGNERS} signers or ${MAX_CERTIFICATES} certificates.`);
    if (cms.content.length > 0 && !equal(SHA256.hash(cms.content), contentSha256)) return failed('HASH_FAILURE', '', 'The CMS carries content of its own, and it is not the content that it is to sign.');
    const all = { ...around, others: [...around.others, ...cms.certificates] };
    const content: ContentDigest = async (algorithm) => (algorithm === SHA256 ? contentSha256 : otherDigest(algorithm));
    const checks: SignatureCheck[] = [];
    for (const signer of cms.signers) checks.push(await checkSigner(signer, cms, content, all));
    return checks.reduce((worst, check) => (badness(check) > badness(worst) ? check : worst));
  } catch (e) {
    if (!(e instanceof FormatError)) throw e;
    return failed('FORMAT_FAILURE', '', `The bytes are not CMS SignedData that can be read: ${e.message}`);
  }
}

function badness(check: SignatureCheck): number {
  if (provesAlteration(check)) return 3;
  return ['TOTAL-PASSED', 'INDETERMINATE', 'TOTAL-FAILED'].indexOf(check.indication);
}

function fromPem(file: Uint8Array): Uint8Array {
  if (!startsWith(file, toUtf8('-----BEGIN '))) return file;
  const block = readPem(file)[0];
  if (block === undefined) throw new FormatError('it begins like PEM and is not');
  if (block.label !== 'PKCS7' && block.label !== 'CMS') throw new FormatError(`the PEM label is '${block.label}', not PKCS7 or CMS`);
  return block.bytes;
}

interface Signer {
  readonly id: Asn1;
  readonly digestOid: string;
  /** Absent or at least one. */
  readonly attributes: readonly Attribute[];
  readonly algorithmOid: string;
  readonly algorithmParameters: Asn1 | undefined;
  readonly value: Uint8Array;
}

interface Attribute {
  readonly oid: Asn1;
  readonly values: readonly Asn1[];
}

interface SignedData {
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly certificates: readonly Certificate[];
  readonly signers: readonly Signer[];
}

/** What follows the outer value is not looked at, as in other readers of CMS. */
function readSignedData(bytes: Uint8Array): SignedData {
  const [type, wrapped, ...more] = Asn1.readFirst(bytes).sequence();
  if (type?.oid() !== Oids.signedData || wrapped === undefined || more.length > 0) throw new FormatError('the content is not SignedData');
  const [version, digests, encapsulated, ...rest] = only(wrapped.list(0, CONTEXT)).sequence();
  need(version).unsigned();
  need(digests).set().forEach(readAlgorithm);
  const [contentType, content] = need(encapsulated).sequence();
  const certificates = rest.find((field) => field.is(0, CONTEXT))?.list(0, CONTEXT) ?? [];
  return {
    contentType: need(contentType).oid(),
    content: content === undefined ? new Uint8Array() : only(content.list(0, CONTEXT)).octets(),
    certificates: certificates.filter((choice) => choice.is(Tags.sequence)).map((choice) => Certificate.parse(choice.raw)),
    signers: need(rest.find((field) => field.is(Tags.set))).set().map(readSigner),
  };
}

function readSigner(item: Asn1): Signer {
  const [version, id, digest, ...rest] = item.sequence();
  // Section 5.3: 1 for an issuer and a serial number, 3 for a key identifier.
  if (need(version).unsigned() !== (need(id).is(0, CONTEXT) ? 3n : 1n)) throw new FormatError('the version of a signer does not fit its identifier');
  const attributes = rest[0]?.is(0, CONTEXT) === true ? (rest.shift() as Asn1).list(0, CONTEXT).map(readAttribute) : [];
  const [algorithm, value] = rest;
  const { oid: algorithmOid, parameters: algorithmParameters } = readAlgorithm(need(algorithm));
  return {
    id: need(id),
    digestOid: readAlgorithm(need(digest)).oid,
    attributes,
    algorithmOid,
    algorithmParameters,
    value: need(value).octets(),
  };
}

/** AlgorithmIdentifier (RFC 5280, section 4.1.1.2): parameters may be there, and nothing else. */
function readAlgorithm(item: Asn1): { readonly oid: string; readonly parameters: Asn1 | undefined } {
  const [oid, parameters, ...more] = item.sequence();
  if (more.length > 0) throw new FormatError('an algorithm has more than parameters');
  return { oid: need(oid).oid(), parameters };
}

function readAttribute(item: Asn1): Attribute {
  const [oid, values] = item.sequence();
  return { oid: need(oid), values: need(values).set() };
}

function only(values: readonly Asn1[]): Asn1 {
  if (values.length !== 1) throw new FormatError('a field holds more than one value, or none');
  return need(values[0]);
}

function need(value: Asn1 | undefined): Asn1 {
  if (value === undefined) throw new FormatError('a field is missing');
  return value;
}

/** One signer, from the content's digest (RFC 5652, sections 5.4, 5.6 and 11). */
async function checkSigner(signer: Signer, cms: SignedData, content: ContentDigest, around: Surroundings): Promise<SignatureCheck> {
  const certificate = [...cms.certificates, ...around.others].find((candidate) => names(signer.id, candidate));
  if (certificate === undefined) return undecided('NO_SIGNING_CERTIFICATE_FOUND', '', "The signer's certificate is neither in the CMS nor beside it.");
  const name = certificate.subject.text;
  const algorithm = algorithmOf(signer);
  if (algorithm === null) return undecided('GENERIC', name, `The algorithms ${signer.digestOid} with ${signer.algorithmOid} are not supported.`);
  const digest = await content(algorithm.digest);
  if (digest === null) return undecided('SIGNED_DATA_NOT_FOUND', name, `The signature needs the content's ${algorithm.digest.name} digest, and the content cannot be read again.`);
  if (signer.attributes.length === 0) return judge(certificate, algorithm, digest, signer.value, around);
  const [signedDigest, signedType] = [single(signer, Oids.messageDigest)?.octets(), single(signer, Oids.contentType)?.oid()];
  if (signedDigest === undefined || signedType !== cms.contentType) return failed('FORMAT_FAILURE', name, 'The signed attributes lack the one content type and the one message digest that they must have.');
  if (!equal(signedDigest, digest)) return failed('HASH_FAILURE', name, 'The digest of the content is not the one that was signed.');
  return judge(certificate, algorithm, algorithm.digest.hash(encodeAttributes(signer.attributes)), signer.value, around);
}

function single(signer: Signer, oid: string): Asn1 | null {
  const [attribute, ...more] = signer.attributes.filter((candidate) => candidate.oid.oid() === oid);
  return attribute !== undefined && more.length === 0 && attribute.values.length === 1 ? need(attribute.values[0]) : null;
}

/** What is signed is the DER SET OF the attributes, whatever their order in the file (section 5.4). */
function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  // Values of another encoding than DER cannot have been signed as they stand.
  if (attributes.some(({ values }) => values.some((value) => !value.hasDerLength))) throw new FormatError('a signed attribute is not in DER');
  const encoded = attributes.map(({ oid, values }) => encodeDer(0x30, concat(oid.raw, encodeSetOf(values.map((value) => value.raw)))));
  return encodeSetOf(encoded);
}

function encodeSetOf(items: readonly Uint8Array[]): Uint8Array {
  return encodeDer(0x31, concat(...[...items].sort((a, b) => (hex(a) < hex(b) ? -1 : 1))));
}

/** Null for algorithms that are not supported, or that do not agree with each other. */
function algorithmOf(signer: Signer): SignatureAlgorithm | null {
  const digest = digestByOid(signer.digestOid);
  if (digest === null) return null;
  if (signer.algorithmOid === Oids.pss) return readPssDigest(signer.algorithmParameters) === digest ? { digest, padding: 'pss' } : null;
  if (signer.algorithmOid === Oids.rsa) return { digest, padding: 'pkcs1' };
  if (signer.algorithmOid === Oids.ecPublicKey) return { digest, padding: null };
  const scheme = schemeOf(signer.algorithmOid);
  return scheme?.digest === digest ? scheme : null;
}

/** Whether a signer's identifier, issuer and serial number or a key identifier, names a certificate. */
function names(id: Asn1, certificate: Certificate): boolean {
  if (id.is(0, CONTEXT)) {
    const keyId = certificate.extensions.get(Oids.subjectKeyId);
    return keyId !== undefined && equal(Asn1.readWhole(keyId.value).octets(), id.content);
  }
  const [issuer, serial] = id.sequence();
  return hex(need(serial).integer()) === certificate.serial && Certificate.nameOf(need(issuer)).comparable === certificate.issuer.comparable;
}
