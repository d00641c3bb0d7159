import type { Certificate } from './certificate.js';
import { failed, type SignatureCheck, undecided } from './check.js';
import type { DigestAlgorithm } from './digests.js';
import { judgePath } from './path.js';
import { verifyValue } from './publicKey.js';
import type { Padding } from './rsa.js';

const MIN_RSA_BITS = 2048;
const MIN_EC_BITS = 224;

/** How a value was made: its digest, and for RSA the padding (null for ECDSA). */
export interface SignatureAlgorithm {
  readonly digest: DigestAlgorithm;
  readonly padding: Padding | null;
}

/** What a verifier holds beside the signature: further certificates, the trusted roots, and the time in seconds at which they must be valid. */
export interface Surroundings {
  readonly others: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly at: number;
}

/** From a digest, a value and a certificate to an indication: first the value, then the algorithms, then the path. */
export function judge(signer: Certificate, { digest, padding }: SignatureAlgorithm, hash: Uint8Array, value: Uint8Array, around: Surroundings): SignatureCheck {
  const name = signer.subject.text;
  const verifies = verifyValue(signer.publicKey, padding, digest, hash, value);
  if (verifies === null) return undecided('GENERIC', name, `The signer's key (${signer.publicKey.kind}) is not supported for this signature.`);
  if (!verifies) return failed('SIG_CRYPTO_FAILURE', name, "The signature value does not verify with the signer's public key.");
  if (digest.weak || isTooShort(signer)) return undecided('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', name, `The signature verifies, but ${digest.name} with this key is too weak to prove anything by itself.`);
  return judgePath(signer, around.others, around.roots, around.at);
}

function isTooShort({ publicKey }: Certificate): boolean {
  return (publicKey.kind === 'rsa' && publicKey.bits < MIN_RSA_BITS) || (publicKey.kind === 'ec' && publicKey.bits < MIN_EC_BITS);
}
