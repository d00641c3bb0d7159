import { equal, FormatError, startsWith, toUtf8 } from '../bytes.js';
import type { Certificate } from './certificate.js';
import { failed, provesAlteration, type SignatureCheck, undecided } from './check.js';
import { type DigestAlgorithm, digestByOid, SHA256 } from './digests.js';
import { judge, type SignatureAlgorithm, type Surroundings } from './judge.js';
import { readPem } from './pem.js';
import { readPssDigest } from './pssParameters.js';
import { schemeOf } from './schemes.js';
import { readSignedData, type SignedData, type Signer, type SignerId } from './signedData.js';

const Oids = { rsa: '1.2.840.113549.1.1.1', pss: '1.2.840.113549.1.1.10', ecPublicKey: '1.2.840.10045.2.1' } as const;

/** The content's digest by an algorithm; null when it cannot be had. */
export type ContentDigest = (algorithm: DigestAlgorithm) => Promise<Uint8Array | null>;

/** Checks CMS SignedData (RFC 5652, section 5). Several signers: all must pass, and the worst of them is the answer. */
export async function checkCms(file: Uint8Array, contentSha256: Uint8Array, otherDigest: ContentDigest, around: Surroundings): Promise<SignatureCheck> {
  const cms = tryRead(file);
  if (typeof cms === 'string') return failed('FORMAT_FAILURE', '', `The bytes are not CMS SignedData that can be read: ${cms}`);
  if (cms.signers.length === 0) return failed('FORMAT_FAILURE', '', 'The CMS holds no signature.');
  if (cms.content.length > 0 && !equal(SHA256.hash(cms.content), contentSha256)) return failed('HASH_FAILURE', '', 'The CMS carries content of its own, and it is not the content that it is to sign.');
  const named = [...cms.certificates, ...around.others];
  const all = { ...around, others: [...around.others, ...cms.certificates] };
  const content: ContentDigest = async (algorithm) => (algorithm === SHA256 ? contentSha256 : otherDigest(algorithm));
  const checks: SignatureCheck[] = [];
  for (const signer of cms.signers) checks.push(await checkSigner(signer, named, content, all));
  return checks.reduce((worst, check) => (badness(check) > badness(worst) ? check : worst));
}

/** The SignedData, or what is wrong with it. */
function tryRead(file: Uint8Array): SignedData | string {
  try {
    return readSignedData(fromPem(file));
  } catch (e) {
    if (e instanceof FormatError) return e.message;
    throw e;
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

/** One signer, from the content's digest (RFC 5652, sections 5.4 and 5.6). */
async function checkSigner(signer: Signer, certificates: readonly Certificate[], content: ContentDigest, around: Surroundings): Promise<SignatureCheck> {
  const certificate = certificates.find((candidate) => names(signer.id, candidate));
  if (certificate === undefined) return undecided('NO_SIGNING_CERTIFICATE_FOUND', '', "The signer's certificate is neither in the CMS nor beside it.");
  const name = certificate.subject.text;
  const algorithm = algorithmOf(signer);
  if (algorithm === null) return undecided('GENERIC', name, `The algorithms ${signer.digestOid} with ${signer.algorithm.oid} are not supported.`);
  const digest = await content(algorithm.digest);
  if (digest === null) return undecided('SIGNED_DATA_NOT_FOUND', name, `The signature needs the content's ${algorithm.digest.name} digest, and the content cannot be read again.`);
  if (signer.attributes === null) return judge(certificate, algorithm, digest, signer.value, around);
  if (!equal(signer.attributes.messageDigest, digest)) return failed('HASH_FAILURE', name, 'The digest of the content is not the one that was signed.');
  return judge(certificate, algorithm, algorithm.digest.hash(signer.attributes.encoded), signer.value, around);
}

/** Null for algorithms that are not supported, or that do not agree with each other. */
function algorithmOf({ digestOid, algorithm }: Signer): SignatureAlgorithm | null {
  const digest = digestByOid(digestOid);
  if (digest === null) return null;
  if (algorithm.oid === Oids.pss) return readPssDigest(algorithm.parameters) === digest ? { digest, padding: 'pss' } : null;
  if (algorithm.oid === Oids.rsa) return { digest, padding: 'pkcs1' };
  if (algorithm.oid === Oids.ecPublicKey) return { digest, padding: null };
  const scheme = schemeOf(algorithm.oid);
  return scheme?.digest === digest ? scheme : null;
}

/** Whether a signer's identifier names a certificate. Names are compared by their bytes: a CMS has the issuer's from the certificate. */
function names(id: SignerId, certificate: Certificate): boolean {
  if ('keyId' in id) return certificate.extensions.keyId !== undefined && equal(certificate.extensions.keyId, id.keyId);
  return id.serial === certificate.serial && equal(id.issuer, certificate.issuer.raw);
}
