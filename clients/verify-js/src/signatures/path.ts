import { equal, FormatError } from '../bytes.js';
import { Asn1, Tags } from './asn1.js';
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
  return issuer.subject.comparable === certificate.issuer.comparable && holds(() => mayBeUsed(issuer, CERT_SIGN)) && budget.left-- > 0 && holds(() => certificate.isSignedBy(issuer));
}

/** What is wrong with a path of which the signatures verify; null when nothing is. */
function faultOf(path: readonly Certificate[], at: number): Fault | null {
  if (path.some((certificate) => at < certificate.notBefore || at > certificate.notAfter)) return ['OUT_OF_BOUNDS_NO_POE', 'a certificate on the path was not valid at that time'];
  if (path.some((certificate, i) => i > 0 && !holds(() => mayIssue(certificate, path.slice(1, i))))) return ['CHAIN_CONSTRAINTS_FAILURE', 'a certificate on the path may not be used so'];
  if (path.some((certificate) => certificate.extensions.has(NAME_CONSTRAINTS))) return ['CHAIN_CONSTRAINTS_FAILURE', 'a certificate on the path constrains names, which is not judged here'];
  const unclear = path.some((certificate) => certificate.hasDoubles || [...certificate.extensions].some(([oid, extension]) => extension.critical && !KNOWN.has(oid)));
  return unclear ? ['CERTIFICATE_CHAIN_GENERAL_FAILURE', 'a certificate on the path has an extension twice, or a critical one that is not known'] : null;
}

/** What an authority's certificate says in a form that cannot be read it does not say. */
function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch (e) {
    if (e instanceof FormatError) return false;
    throw e;
  }
}

/** RFC 5280, section 6.1.4 (k) to (n): `below` are the authorities between this one and the signer. */
function mayIssue(certificate: Certificate, below: readonly Certificate[]): boolean {
  const constraints = certificate.extensions.get(BASIC_CONSTRAINTS);
  // Roots from before version 3 have no extensions that could say it.
  if (constraints === undefined) return (certificate.version === 1 && certificate.isSelfIssued) || certificate.extensions.has(KEY_USAGE);
  const fields = Asn1.readWhole(constraints.value).sequence();
  const isAuthority = fields[0]?.is(Tags.boolean) === true && fields[0].content[0] !== 0;
  const longest = fields[1]?.unsigned();
  return isAuthority && (longest === undefined || BigInt(below.filter((authority) => !authority.isSelfIssued).length) <= longest);
}

/** Whether a key usage allows a use; a certificate without one allows every use. */
function mayBeUsed(certificate: Certificate, bit: number): boolean {
  const usage = certificate.extensions.get(KEY_USAGE);
  if (usage === undefined) return true;
  const bits = Asn1.readWhole(usage.value).primitive(Tags.bitString);
  return (((bits[1 + (bit >> 3)] ?? 0) << (bit & 7)) & 0x80) !== 0;
}
