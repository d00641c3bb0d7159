import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../dist/bytes.js';
import { parseSignedCheckpoint } from '../dist/notes/checkpoint.js';
import { SignedNote } from '../dist/notes/signedNote.js';
import { parseTlogProof } from '../dist/notes/tlogProof.js';
import { VerifierKey } from '../dist/notes/verifierKey.js';

// The example of golang.org/x/mod/sumdb/note.
const PETER = VerifierKey.parse('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
const PETER_NOTE = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

// A checkpoint of a log in operation, with the cosignatures of its witnesses.
const COSIGNED = `arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
`;
const REMORA = VerifierKey.parse('remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2');

test('verifies the published note, and not with one byte changed', () => {
  assert.ok(SignedNote.parse(PETER_NOTE).isSignedBy(PETER));
  assert.equal(SignedNote.parse(PETER_NOTE).encode(), PETER_NOTE);
  const changed = SignedNote.parse(PETER_NOTE.replace('answer', 'Answer'));
  assert.ok(changed.bears(PETER) && !changed.isSignedBy(PETER));
});

test("reads a witness's cosignature and its time", () => {
  const { note, checkpoint } = parseSignedCheckpoint(COSIGNED);
  assert.deepEqual([checkpoint.origin, checkpoint.size], ['arche2025h1.staging.ct.transparency.dev', 1432088532n]);
  assert.equal(note.cosignedAt(REMORA), 0x6a122120n);
  assert.equal(note.cosignedAt(PETER), null);
  assert.equal(parseSignedCheckpoint(COSIGNED.replace('1432088532', '1432088533')).note.cosignedAt(REMORA), null);
});

test('does not take a key whose id is another', () => {
  for (const key of ['PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', 'PeterNeumann+c74f20a3+ARpc', 'x'])
    assert.throws(() => VerifierKey.parse(key), FormatError);
});

const MALFORMED = [PETER_NOTE.slice(0, -1), PETER_NOTE.replace('\n\n', '\n'), PETER_NOTE.replace('— ', '- '), PETER_NOTE.replace('JnAM=', 'JnAN='), PETER_NOTE.replace('think', 'th\u0007ink'), PETER_NOTE.replace('PeterNeumann x', 'PeterNeumann  x')];
MALFORMED.forEach((note, i) => test(`refuses malformed note ${i}`, () => assert.throws(() => SignedNote.parse(note), FormatError)));

const HASH = 'U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=';
test('reads a proof in exactly its form', () => {
  const proof = parseTlogProof(`c2sp.org/tlog-proof@v1\nindex 7\n${HASH}\n\n${COSIGNED}`);
  assert.deepEqual([proof.index, proof.hashes.length, proof.checkpoint], [7n, 1, COSIGNED]);
  for (const bad of ['index 07', 'extra AA==\nindex 7', 'index 18446744073709551616', 'Index 7', `index 7\n${HASH.slice(1)}`, `index 7\n${`${HASH}\n`.repeat(64)}${HASH}`])
    assert.throws(() => parseTlogProof(`c2sp.org/tlog-proof@v1\n${bad}\n\n${COSIGNED}`), FormatError, bad);
});
