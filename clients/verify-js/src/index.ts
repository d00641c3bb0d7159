export { parseTrust, type TrustPolicy } from './trust/policy.js';
