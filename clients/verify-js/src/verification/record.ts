import type { AnchorCheck } from '../chain/anchorCheck.js';
import type { AnchorProof } from '../chain/anchorProof.js';
import type { TlogProof } from '../notes/tlogProof.js';
import type { StatedLogKeys } from '../notes/logKeys.js';
import type { DigestAlgorithm } from '../signatures/digests.js';
import type { TrustPolicy } from '../trust/policy.js';

/** A part as it was found; `read` is null when it is there and its bytes could not be read. */
export interface PartObservation {
  readonly name: string;
  readonly read: { readonly size: number; readonly sha256: string } | null;
}

/** All that is known of one record, gathered by whoever can read it. */
export interface RecordEvidence {
  /** The number that names the record. */
  readonly record: string;
  readonly seal: Uint8Array | null;
  /** Whether the seal may be there though its bytes are not at hand. */
  readonly sealUnreached: boolean;
  readonly parts: readonly PartObservation[];
  /** The bytes of a part that is not content; null when they are not at hand. */
  smallPart(name: string): Uint8Array | null;
  /** The digest of a content part by another algorithm than SHA-256; null when it cannot be read again. */
  contentDigest(name: string, algorithm: DigestAlgorithm): Promise<Uint8Array | null>;
  readonly logKeys: StatedLogKeys | null;
  readonly proof: TlogProof | null;
  readonly anchor: AnchorProof | null;
  /** The check of the anchor, with the cosignatures of the record's checkpoint. */
  checkAnchor(anchor: AnchorProof): AnchorCheck;
  readonly trust: TrustPolicy | null;
}
