export type Indication = 'TOTAL-PASSED' | 'INDETERMINATE' | 'TOTAL-FAILED';

/** The sub-indications of ETSI EN 319 102-1, section 5.1.3, that this verifier gives. */
export type SubIndication =
  | 'HASH_FAILURE'
  | 'SIG_CRYPTO_FAILURE'
  | 'FORMAT_FAILURE'
  | 'NO_SIGNING_CERTIFICATE_FOUND'
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'
  | 'SIGNED_DATA_NOT_FOUND'
  | 'SIG_CONSTRAINTS_FAILURE'
  | 'GENERIC';

/** What checking one signature gave. */
export interface SignatureCheck {
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** Subject of the signer's certificate; empty when none was found. */
  readonly signer: string;
  readonly reason: string;
}

export const passed = (signer: string, reason: string): SignatureCheck => ({ indication: 'TOTAL-PASSED', subIndication: null, signer, reason });
export const failed = (subIndication: SubIndication, signer: string, reason: string): SignatureCheck => ({ indication: 'TOTAL-FAILED', subIndication, signer, reason });
export const undecided = (subIndication: SubIndication, signer: string, reason: string): SignatureCheck => ({ indication: 'INDETERMINATE', subIndication, signer, reason });

/** Whether the signature proves that content or signature was changed: only these two sub-indications do. */
export const provesAlteration = (check: SignatureCheck): boolean => check.subIndication === 'HASH_FAILURE' || check.subIndication === 'SIG_CRYPTO_FAILURE';
