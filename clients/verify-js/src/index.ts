/** Verifies evidence packages offline, in browsers and in Node. */
export { FormatError } from './bytes.js';
export { DEFAULT_LIMITS, type PackageLimits } from './packages/limits.js';
export type { RecordCounts, Report } from './packages/report.js';
export { BlobSource, type ByteSource, StreamSource } from './packages/source.js';
export { verifyPackage, type VerifyOptions } from './packages/verify.js';
export { parseTrust, type TrustPolicy } from './trust/policy.js';
export type { Finding, Layer, Outcome, Severity } from './verification/finding.js';
export { plainText } from './verification/plain.js';
export { renderReport } from './verification/text.js';
