import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from '../dist/crypto/hashes.js';
import { verifyEd25519 } from '../dist/crypto/ed25519.js';
import { Asn1 } from '../dist/signatures/asn1.js';
import { type PublicKey, readPublicKey, verifyValue } from '../dist/signatures/publicKey.js';
import { SHA256 } from '../dist/signatures/digests.js';
import type { Padding } from '../dist/signatures/rsa.js';
import { bytes, readJson, vectorTest } from './vectors.js';

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly msg: string;
  readonly sig: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

function wycheproof(file: string, verifies: (group: { publicKeyDer: string; publicKeyAsn?: string; publicKey: { pk: string } }) => (message: Uint8Array, signature: Uint8Array) => boolean): void {
  vectorTest(`accepts the valid and refuses the invalid signatures of ${file}`, () => {
    let count = 0;
    for (const group of readJson('wycheproof', file).testGroups) {
      const verify = verifies(group);
      for (const { tcId, comment, msg, sig, result } of group.tests as Case[]) {
        if (result !== 'acceptable') assert.equal(verify(bytes(msg), bytes(sig)), result === 'valid', `${tcId} ${comment}`);
        count++;
      }
    }
    assert.ok(count > 50);
  });
}

function withKey(padding: Padding | null): (group: { publicKeyDer: string }) => (message: Uint8Array, signature: Uint8Array) => boolean {
  return ({ publicKeyDer }) => {
    const key: PublicKey = readPublicKey(Asn1.readWhole(bytes(publicKeyDer)));
    return (message, signature) => verifyValue(key, padding, SHA256, sha256(message), signature) === true;
  };
}

wycheproof('ed25519_test.json', ({ publicKey }) => (message, signature) => verifyEd25519(bytes(publicKey.pk), message, signature));
wycheproof('rsa_signature_2048_sha256_test.json', withKey('pkcs1'));
wycheproof('rsa_pss_2048_sha256_mgf1_32_test.json', withKey('pss'));
wycheproof('ecdsa_secp256r1_sha256_test.json', withKey(null));

for (const namedCurve of ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1', 'secp256k1', 'brainpoolP256r1', 'brainpoolP320r1', 'brainpoolP384r1', 'brainpoolP512r1'])
  test(`verifies what was signed on ${namedCurve}, and nothing else`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const key = readPublicKey(Asn1.readWhole(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))));
    const [message, signature] = [Buffer.from('content'), new Uint8Array(sign('sha256', Buffer.from('content'), privateKey))];
    assert.equal(verifyValue(key, null, SHA256, sha256(message), signature), true);
    assert.equal(verifyValue(key, null, SHA256, sha256(Buffer.from('Content')), signature), false);
    assert.equal(verifyValue(key, 'pkcs1', SHA256, sha256(message), signature), null);
  });
