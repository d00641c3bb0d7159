import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BlobSource, FileSource, parseTrust, platformSha256, renderReport, type Report, StreamSource, verifyPackage } from '../dist/node/index.js';
import { ROOT } from './vectors.js';

const FOLDER = join(ROOT, 'tests', 'vectors');
const NAMES = ['good', 'bad'].flatMap((kind) => readdirSync(join(FOLDER, kind)).map((name) => join(kind, name)));

const file = (name: string, member: string): Uint8Array | null => {
  const path = join(FOLDER, name, member);
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
};

const trustOf = (name: string): ReturnType<typeof parseTrust> | null => {
  const bytes = file(name, 'trust.json');
  return bytes && parseTrust(bytes);
};

const paperOf = (name: string): { certificate?: string } => {
  const bytes = file(name, 'certificate.txt');
  return bytes === null ? {} : { certificate: new TextDecoder().decode(bytes) };
};

async function verifyFile(name: string): Promise<Report> {
  const source = await FileSource.open(join(FOLDER, name, 'package.zip'));
  const report = await verifyPackage(source, trustOf(name), { ...paperOf(name), newSha256: platformSha256 });
  await source.close();
  return report;
}

const agreed = ({ whole, layers, codes, records, provenNoLaterThan }: Report): object => ({ whole, layers, codes, records, ...(provenNoLaterThan !== undefined && { provenNoLaterThan }) });

for (const name of NAMES)
  test(`comes to the expected verdict on ${name}`, async () => {
    const report = await verifyFile(name);
    assert.deepEqual(agreed(report), JSON.parse(new TextDecoder().decode(file(name, 'expected.json') as Uint8Array)), JSON.stringify(report.findings, null, 1));
    const code = /^bad.(E\d{3})_/.exec(name)?.[1];
    if (code === undefined) assert.equal(report.whole, 'INTACT');
    else assert.ok(report.codes.includes(code) && report.whole !== 'INTACT');
    assert.match(renderReport(report), /^(INTACT 一致|ALTERED 不一致|UNDETERMINED 无法判定) {2}/);
  });

/** A stream that gives a few bytes at a time. */
function trickle(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller): void {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}

test('reads a package from a web stream and from a Blob as from a file', async () => {
  for (const name of ['good/signed_cms', 'good/several_records', 'bad/E702_cut_in_the_directory', 'bad/E701_byte_of_a_header']) {
    const [bytes, expected] = [file(name, 'package.zip') as Uint8Array, agreed(await verifyFile(name))];
    for (const size of [1, 7, 4096]) assert.deepEqual(agreed(await verifyPackage(new StreamSource(trickle(bytes, size)), trustOf(name))), expected, `${name} by ${size}`);
    assert.deepEqual(agreed(await verifyPackage(new BlobSource(new Blob([bytes as Uint8Array<ArrayBuffer>])), trustOf(name))), expected, name);
  }
});

test('shows what others wrote without letting it steer the terminal or forge a line', async () => {
  const hostile = 'a\u001b[2J\u009b2J\r\nINTACT\u2028\u202e\u2066\u061c\u00ad\ud800b';
  const finding = { code: 'E101', severity: 'error', layer: 'content', subject: hostile, message: hostile, expected: hostile, actual: hostile } as const;
  const text = renderReport({ ...(await verifyFile('good/unsigned')), findings: [finding], restsOn: [hostile] });
  assert.ok(!/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text));
  assert.equal(text.split('a\\u{1b}[2J\\u{9b}2J\\u{d}\\u{a}INTACT\\u{2028}\\u{202e}\\u{2066}\\u{61c}\\u{ad}\ufffdb').length, 6);
});

test('keeps to its limits', async () => {
  const bytes = file('good/signed_cms', 'package.zip') as Uint8Array;
  for (const limits of [{ members: 3 }, { packageBytes: 500 }, { heldMember: 100 }, { held: 2000 }]) {
    const report = await verifyPackage(new StreamSource(trickle(bytes, 100)), trustOf('good/signed_cms'), { limits });
    assert.ok(report.codes.includes('E705') && report.whole !== 'INTACT', JSON.stringify(limits));
  }
  const several = await verifyPackage(new StreamSource(trickle(file('good/several_records', 'package.zip') as Uint8Array, 100)), trustOf('good/several_records'), { limits: { records: 2 } });
  assert.deepEqual(several.codes, ['E705']);
  const few = await verifyPackage(new StreamSource(trickle(bytes, 100)), trustOf('good/signed_cms'), { limits: { findings: 1 } });
  assert.ok(few.findings.length === 1 && few.findingsLeftOut > 0);
});
