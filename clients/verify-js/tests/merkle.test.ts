import assert from 'node:assert/strict';
import { fromBase64 } from '../dist/bytes.js';
import { verifyConsistency, verifyInclusion } from '../dist/log/merkle.js';
import { filesUnder, readJson, vectorTest } from './vectors.js';

/** Go writes no bytes as null, and a hash that is not 32 bytes long is no hash. */
const digest = (text: string | null): Uint8Array => fromBase64(text ?? '') as Uint8Array;
const proofOf = (list: string[] | null): Uint8Array[] => (list ?? []).map(digest);
const whole = (hashes: Uint8Array[]): boolean => hashes.every((hash) => hash.length === 32);

vectorTest('accepts and refuses inclusion proofs as published', () => {
  const files = filesUnder('merkle', 'inclusion');
  assert.ok(files.length > 40);
  for (const file of files) {
    const v = readJson('merkle', 'inclusion', file);
    const proof = proofOf(v.proof);
    const accepted = whole([...proof, digest(v.leafHash), digest(v.root)]) && verifyInclusion(digest(v.leafHash), BigInt(v.leafIdx), BigInt(v.treeSize), proof, digest(v.root));
    assert.equal(accepted, !v.wantErr, file);
  }
});

vectorTest('accepts and refuses consistency proofs as published', () => {
  const files = filesUnder('merkle', 'consistency');
  assert.ok(files.length > 40);
  for (const file of files) {
    const v = readJson('merkle', 'consistency', file);
    const proof = proofOf(v.proof);
    const accepted = whole(proof) && verifyConsistency(BigInt(v.size1), digest(v.root1), BigInt(v.size2), digest(v.root2), proof);
    assert.equal(accepted, !v.wantErr, file);
  }
});
