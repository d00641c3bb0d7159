import { Codes } from '../verification/codes.js';
import type { FindingList } from '../verification/finding.js';
import type { SignedCheckpoint } from './checkpoint.js';
import { ED25519, type VerifierKey } from './verifierKey.js';

/** Whether one of the keys, named like the checkpoint's origin, signed it. A line that bears such a key's name and id and does not verify is an error. */
export function checkSignedBy({ note, checkpoint }: SignedCheckpoint, keys: readonly VerifierKey[], list: FindingList): boolean {
  const named = keys.filter((key) => key.name === checkpoint.origin && key.algorithm === ED25519);
  const signer = named.find((key) => note.isSignedBy(key));
  if (signer !== undefined) {
    list.ground(`Log: the checkpoint is signed by ${signer.text}.`);
    return true;
  }
  if (named.length === 0) list.warning(Codes.logUnexpected, checkpoint.origin, 'The checkpoint is of a log whose key is not among those to be accepted.');
  else if (named.some((key) => note.bears(key))) list.error(Codes.checkpointSignatureWrong, checkpoint.origin, "The checkpoint's signature does not verify with the log's key.");
  else list.warning(Codes.logUnexpected, checkpoint.origin, 'The checkpoint is not signed by the key that is to be accepted for this log.');
  return false;
}
