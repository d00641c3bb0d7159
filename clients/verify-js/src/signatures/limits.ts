/** Bounds on what a signature may ask of its verifier; the specification of the package states them, since verifiers must agree. */

/** The most bytes of one signature, and of one file of certificates; an archive takes none that is larger. */
export const MAX_BYTES = 2 ** 20;
/** The most signers that one CMS may have. */
export const MAX_SIGNERS = 64;
/** The most certificates that one CMS, or one file of certificates, may hold. */
export const MAX_CERTIFICATES = 64;
