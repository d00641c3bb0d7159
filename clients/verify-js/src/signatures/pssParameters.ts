import { FormatError } from '../bytes.js';
import { readAlgorithm } from './algorithm.js';
import { type Asn1, CONTEXT } from './asn1.js';
import { type DigestAlgorithm, digestByOid, SHA1 } from './digests.js';

const MGF1 = '1.2.840.113549.1.1.8';

/** The digest that RSASSA-PSS parameters name (RFC 4055, section 3.1). Null where they are not of the one form that is verified: MGF1 of the same digest, and a salt as long as the digest. */
export function readPssDigest(parameters: Asn1 | undefined): DigestAlgorithm | null {
  try {
    return parameters === undefined ? null : read(parameters.sequence());
  } catch (e) {
    if (e instanceof FormatError) return null;
    throw e;
  }
}

function read(fields: Asn1[]): DigestAlgorithm | null {
  const digest = tagged(fields, 0, hashOf, SHA1);
  const mask = tagged(fields, 1, maskOf, SHA1);
  const salt = tagged(fields, 2, (value) => value.unsigned(), 20n);
  const trailer = tagged(fields, 3, (value) => value.unsigned(), 1n);
  if (fields.length > 0 || digest === null || mask !== digest) return null;
  return salt === BigInt(digest.hash.outputLen) && trailer === 1n ? digest : null;
}

/** The one value within the tag, if it comes next; else what its absence means. */
function tagged<T>(fields: Asn1[], tag: number, read: (value: Asn1) => T, absent: T): T {
  if (fields[0]?.is(tag, CONTEXT) !== true) return absent;
  const [value, ...more] = (fields.shift() as Asn1).list(tag, CONTEXT);
  if (value === undefined || more.length > 0) throw new FormatError('A parameter of RSASSA-PSS is not one value.');
  return read(value);
}

const hashOf = (algorithm: Asn1): DigestAlgorithm | null => digestByOid(readAlgorithm(algorithm).oid);

function maskOf(algorithm: Asn1): DigestAlgorithm | null {
  const { oid, parameters } = readAlgorithm(algorithm);
  return oid === MGF1 && parameters !== undefined ? hashOf(parameters) : null;
}
