import { type Asn1, CONTEXT } from './asn1.js';
import { type DigestAlgorithm, digestByOid, SHA1 } from './digests.js';

const MGF1 = '1.2.840.113549.1.1.8';

/**
 * The digest that RSASSA-PSS parameters name (RFC 4055, section 3.1). Null when they are of a form that is not verified here: without parameters, with another
 * mask generation, or with a salt that is not as long as the digest.
 */
export function readPssDigest(parameters: Asn1 | undefined): DigestAlgorithm | null {
  if (parameters === undefined) return null;
  const fields = parameters.sequence();
  const tagged = (tag: number): Asn1 | undefined => fields.find((field) => field.is(tag, CONTEXT))?.list(tag, CONTEXT)[0];
  const digest = hashOf(tagged(0));
  const [maskOid, maskHash] = tagged(1)?.sequence() ?? [];
  if (digest === null || maskOid?.oid() !== MGF1 || hashOf(maskHash) !== digest) return null;
  const [salt, trailer] = [tagged(2)?.unsigned() ?? 20n, tagged(3)?.unsigned() ?? 1n];
  return salt === BigInt(digest.hash.outputLen) && trailer === 1n ? digest : null;
}

/** A missing digest means SHA-1. */
function hashOf(algorithm: Asn1 | undefined): DigestAlgorithm | null {
  return algorithm === undefined ? SHA1 : digestByOid(algorithm.sequence()[0]?.oid() ?? '');
}
