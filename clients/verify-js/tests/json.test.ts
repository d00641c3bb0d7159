import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError, fromUtf8, toUtf8 } from '../dist/bytes.js';
import { canonicalJson, parseCanonical } from '../dist/json/canonical.js';
import { MAX_VALUES, parseJson } from '../dist/json/parse.js';
import { filesUnder, read, vectorTest } from './vectors.js';

vectorTest('writes the canonical form of every published example', () => {
  const files = filesUnder('jcs', 'input');
  assert.ok(files.length > 0);
  for (const file of files) {
    const expected = read('jcs', 'output', file);
    assert.deepEqual(canonicalJson(parseJson(read('jcs', 'input', file))), expected, file);
    assert.deepEqual(canonicalJson(parseCanonical(expected)), expected, file);
  }
});

const REFUSED = ['', 'null', '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[1,]', '{"a":1,}', '[01]', '[1.]', '[.5]', '[+1]', '[NaN]', '"\\ud800"', '{"\\udc00":1}', '"\\x41"', '"a\nb"', '[1]x', '\ufeff[1]', "{'a':1}", '[tru]', '[', '"', '{"a"}', '[1 2]'];
for (const text of REFUSED) test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parseJson(toUtf8(text)), FormatError));

test('refuses bytes that are not UTF-8', () => assert.throws(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22)), FormatError));

test('nests as deep as was allowed and no deeper', () => {
  parseJson(toUtf8('['.repeat(64) + ']'.repeat(64)));
  assert.throws(() => parseJson(toUtf8('['.repeat(65) + ']'.repeat(65))), FormatError);
});

test('reads as many values as was allowed and no more', () => {
  // The list itself, an object and its member are three.
  const text = (count: number): Uint8Array => toUtf8(`[{"a":1},${Array.from({ length: count - 3 }, () => '0').join(',')}]`);
  parseJson(text(MAX_VALUES));
  assert.throws(() => parseJson(text(MAX_VALUES + 1)), FormatError);
});

test('refuses what says the same in other bytes', () => {
  for (const text of ['{"b":1,"a":2}', '{ "a":1}', '[1.0]', '[1e1]', '["\\u0041"]', '[-0]', '["\\/"]']) assert.throws(() => parseCanonical(toUtf8(text)), FormatError, text);
});

test('refuses an integer that a double would silently change', () => {
  assert.throws(() => parseCanonical(toUtf8('[9007199254740993]')), FormatError);
  assert.equal(fromUtf8(canonicalJson(parseCanonical(toUtf8('[9007199254740992]')))), '[9007199254740992]');
});
