import { FormatError } from '../bytes.js';
import { Certificate } from './certificate.js';
import { failed, type SignatureCheck, undecided } from './check.js';
import { checkCms, type ContentDigest } from './cms.js';
import { SHA256 } from './digests.js';
import { judge, type Surroundings } from './judge.js';
import { MAX_BYTES, MAX_CERTIFICATES } from './limits.js';
import type { Padding } from './rsa.js';

/** The kinds of signature value that a seal can hold. */
export const SIGNATURE_TYPES = ['cms', 'rsa-pkcs1-sha256', 'rsa-pss-sha256', 'ecdsa-sha256'] as const;
export type SignatureType = (typeof SIGNATURE_TYPES)[number];

const PADDING: Readonly<Record<Exclude<SignatureType, 'cms'>, Padding | null>> = { 'rsa-pkcs1-sha256': 'pkcs1', 'rsa-pss-sha256': 'pss', 'ecdsa-sha256': null };

/** A detached signature and what is needed to judge it. The content was streamed and is not at hand: its digests are. */
export interface DetachedSignature {
  readonly type: SignatureType;
  readonly value: Uint8Array;
  /** The signer's certificate first, then those above it; null when there are none. */
  readonly pem: Uint8Array | null;
  readonly contentSha256: Uint8Array;
  /** The content's digest by another algorithm; null when the content cannot be read again. */
  readonly otherDigest: ContentDigest;
  readonly roots: readonly Certificate[];
  /** The time, in seconds, at which the certificates must be valid. */
  readonly at: number;
}

/** Checks a signature. Never passes what was not verified. */
export async function checkSignature({ type, value, pem, contentSha256, otherDigest, roots, at }: DetachedSignature): Promise<SignatureCheck> {
  if (value.length > MAX_BYTES || (pem?.length ?? 0) > MAX_BYTES) return failed('FORMAT_FAILURE', '', `The signature or the file of its certificates has more than ${MAX_BYTES} bytes.`);
  const others = readCertificates(pem);
  if (others === null) return failed('FORMAT_FAILURE', '', 'The certificates are not PEM certificates that can be read.');
  if (others.length > MAX_CERTIFICATES) return failed('FORMAT_FAILURE', '', `There are more than ${MAX_CERTIFICATES} certificates beside the signature.`);
  const around: Surroundings = { others, roots, at };
  if (type === 'cms') return checkCms(value, contentSha256, otherDigest, around);
  const [signer] = others;
  if (signer === undefined) return undecided('NO_SIGNING_CERTIFICATE_FOUND', '', "A raw signature needs its signer's certificate beside it; there is none.");
  return judge(signer, { digest: SHA256, padding: PADDING[type] }, contentSha256, value, around);
}

/** None for no file; null when the bytes are not PEM certificates. */
function readCertificates(pem: Uint8Array | null): Certificate[] | null {
  if (pem === null || pem.length === 0) return [];
  try {
    const certificates = Certificate.fromPem(pem);
    return certificates.length > 0 ? certificates : null;
  } catch (e) {
    if (e instanceof FormatError) return null;
    throw e;
  }
}
