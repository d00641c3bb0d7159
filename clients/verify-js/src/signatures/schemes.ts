import type { AlgorithmIdentifier } from './algorithm.js';
import { type DigestAlgorithm, digestByOid } from './digests.js';
import { readPssDigest } from './pssParameters.js';
import type { Padding } from './rsa.js';

/** How a signature was made: padding (null for ECDSA) and digest. */
export type Scheme = { readonly padding: Padding | null; readonly digest: DigestAlgorithm };

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

/** How a certificate was signed; null when that is not known here. */
export function certificateScheme({ oid, parameters }: AlgorithmIdentifier): Scheme | 'ed25519' | null {
  if (oid === '1.3.101.112') return 'ed25519';
  if (oid !== `${RSA}.10`) return schemeOf(oid);
  const digest = readPssDigest(parameters);
  return digest === null ? null : { padding: 'pss', digest };
}
