import { equal } from '../bytes.js';
import type { Certificate } from './certificate.js';
import { passed, type SignatureCheck, type SubIndication, undecided } from './check.js';

const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const NAME_CONSTRAINTS = '2.5.29.30';
/** Subject and authority key id, alternative name, policies, their mappings and constraints, CRL points, extended usage, any-policy: judged, or of no weight for a path at a given time. */
const KNOWN = new Set([KEY_USAGE, BASIC_CONSTRAINTS, NAME_CONSTRAINTS, '2.5.29.14', '2.5.29.35', '2.5.29.17', '2.5.29.32', '2.5.29.33', '2.5.29.36', '2.5.29.31', '2.5.29.37', '2.5.29.54']);

const DIGITAL_SIGNATURE = 0;
const NON_REPUDIATION = 1;
const CERT_SIGN = 5;
const LONGEST = 16;
/** Signatures of certificates that are verified to find a path: certificates that have issued each other have more paths than can be tried. */
const MAX_VERIFICATIONS = 256;
/** Paths of one signer that are judged. */
const MAX_PATHS = 16;

/** Whether the signer's certificate leads to a trusted root, as of a time in seconds. Nothing is downloaded; revocation is not judged. */
export function judgePath(signer: Certificate, others: readonly Certificate[], roots: readonly Certificate[], at: number): SignatureCheck {
  const name = signer.subject.text;
  if (!mayBeUsed(signer, DIGITAL_SIGNATURE) && !mayBeUsed(signer, NON_REPUDIATION)) return undecided('SIG_CONSTRAINTS_FAILURE', name, "The signer's certificate may not be used for signatures (key usage).");
  const anchors = roots.filter((root) => root.isSelfIssued);
  const between = [...others, ...roots.filter((root) => !root.isSelfIssued)];
  const time = new Date(at * 1000).toISOString().replace('.000Z', 'Z');
  let first: Fault | null = null;
  let judged = 0;
  for (const path of paths([signer], between, anchors, { left: MAX_VERIFICATIONS })) {
    const fault = faultOf(path, at);
    if (fault === null) return passed(name, `The signature verifies, and the certificate leads to a trusted root as of ${time}; revocation was not checked.`);
    first ??= fault;
    if (++judged === MAX_PATHS) break;
  }
  const [subIndication, reason] = first ?? NO_PATH;
  return undecided(subIndication, name, `The signature value verifies, but ${reason} (as of ${time}).`);
}

type Fault = readonly [SubIndication, string];
const NO_PATH: Fault = ['NO_CERTIFICATE_CHAIN_FOUND', "no path leads from the signer's certificate to a trusted root"];

interface Budget {
  left: number;
}

/** Every way from the last certificate to a root, by names and signatures, as far as the budget of verifications goes. */
function* paths(path: readonly Certificate[], between: readonly Certificate[], anchors: readonly Certificate[], budget: Budget): Generator<readonly Certificate[]> {
  const last = path[path.length - 1] as Certificate;
  if (anchors.some((anchor) => equal(anchor.raw, last.raw))) {
    yield path;
    return;
  }
  if (path.length === LONGEST) return;
  for (const anchor of anchors) if (issued(anchor, last, budget)) yield [...path, anchor];
  for (const next of between) if (!path.some((before) => equal(before.raw, next.raw)) && issued(next, last, budget)) yield* paths([...path, next], between, anchors, budget);
}

function issued(issuer: Certificate, certificate: Certificate, budget: Budget): boolean {
  return issuer.subject.comparable === certificate.issuer.comparable && mayBeUsed(issuer, CERT_SIGN) && budget.left-- > 0 && certificate.isSignedBy(issuer);
}

/** What is wrong with a path of which the signatures verify; null when nothing is. */
function faultOf(path: readonly Certificate[], at: number): Fault | null {
  if (path.some((certificate) => at < certificate.notBefore || at > certificate.notAfter)) return ['OUT_OF_BOUNDS_NO_POE', 'a certificate on the path was not valid at that time'];
  if (path.some((certificate, i) => i > 0 && !mayIssue(certificate, path.slice(1, i)))) return ['CHAIN_CONSTRAINTS_FAILURE', 'a certificate on the path may not be used so'];
  if (path.some((certificate) => certificate.extensions.all.has(NAME_CONSTRAINTS))) return ['CHAIN_CONSTRAINTS_FAILURE', 'a certificate on the path constrains names, which is not judged here'];
  const unclear = path.some((certificate) => [...certificate.extensions.all].some(([oid, extension]) => extension.critical && !KNOWN.has(oid)));
  return unclear ? ['CERTIFICATE_CHAIN_GENERAL_FAILURE', 'a certificate on the path has a critical extension that is not known'] : null;
}

/** RFC 5280, section 6.1.4 (k) to (n): `below` are the authorities between this one and the signer. */
function mayIssue(certificate: Certificate, below: readonly Certificate[]): boolean {
  const { basicConstraints, keyUsage } = certificate.extensions;
  // Roots from before version 3 have no extensions that could say it.
  if (basicConstraints === undefined) return (certificate.version === 1 && certificate.isSelfIssued) || keyUsage !== undefined;
  const { isAuthority, longestPath } = basicConstraints;
  return isAuthority && (longestPath === undefined || BigInt(below.filter((authority) => !authority.isSelfIssued).length) <= longestPath);
}

/** Whether a key usage allows a use; a certificate without one allows every use. */
function mayBeUsed({ extensions: { keyUsage } }: Certificate, bit: number): boolean {
  return keyUsage === undefined || (((keyUsage[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
}
