import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './vectors.js';

const CLI = join(ROOT, 'clients', 'verify-js', 'dist', 'cli.js');
const path = (name: string, member = 'package.zip'): string => join(ROOT, 'tests', 'vectors', name, member);

function run(args: readonly string[], input = '', node: readonly string[] = []): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [...node, CLI, ...args], { input, encoding: 'utf8' });
}

test('answers with the exit codes of the house', () => {
  const trust = ['--trust', path('good/unsigned', 'trust.json')];
  assert.equal(run([path('good/unsigned'), ...trust]).status, 0);
  assert.equal(run([path('bad/E101_content'), ...trust]).status, 1);
  assert.equal(run([path('good/unsigned')]).status, 4);
  assert.match(run([path('good/unsigned'), ...trust]).stdout, /^INTACT 一致/);
});

test('says what is wrong with a command that cannot be carried out', () => {
  for (const args of [[], ['a', 'b'], ['--nothing'], ['/no/such/file'], [path('good/unsigned'), '--trust', path('good/unsigned')], ['--batch', 'a'], [join(ROOT, 'tests')], ['/dev/zero'],
    [path('good/unsigned'), '--trust', path('good/unsigned', 'trust.json'), '--trust', path('good/qbft', 'trust.json')], [path('good/unsigned'), '--trust', '/dev/zero'], [path('good/unsigned'), '--trust', ROOT]]) {
    const { status, stdout, stderr } = run(args);
    assert.deepEqual([status, stdout], [2, ''], args.join(' '));
    assert.notEqual(stderr, '');
  }
  assert.equal(run(['--help']).status, 0);
});

test('holds the text of a certificate against a package', () => {
  const report = JSON.parse(run([path('good/unsigned'), '--trust', path('good/unsigned', 'trust.json'), '--json']).stdout);
  assert.equal(report.format, 'evidence.report/1');
  const given = (text: string): number | null => run([path('good/unsigned'), '--trust', path('good/unsigned', 'trust.json'), '--certificate', text]).status;
  assert.equal(given(report.certificate.toLowerCase()), 0);
  assert.equal(given(`${report.certificate}0`), 1);
});

test('judges many packages in one process, and goes on behind one that it cannot open', () => {
  const trust = path('good/qbft', 'trust.json');
  const { status, stdout } = run(['--batch'], `${path('good/qbft')}\t${trust}\n/no/such/file\n${path('good/qbft')}\n`);
  const answers = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(status, 0);
  assert.deepEqual(answers.map((answer) => answer.whole), ['INTACT', undefined, 'UNDETERMINED']);
  assert.match(answers[1].error, /no such file/);
});

test('leaves undetermined what its own fault kept it from judging, and says so', () => {
  const trust = ['--trust', path('good/unsigned', 'trust.json')];
  const broken = 'data:text/javascript,Map.prototype.get = () => { throw new TypeError("broken\u001b[2J"); };';
  const fault = run([path('good/unsigned'), ...trust], '', ['--import', broken]);
  assert.deepEqual([fault.status, fault.stdout], [4, '']);
  assert.match(fault.stderr, /^evidence-verify: UNDETERMINED 无法判定: this is a fault of the program itself, please report it: broken/);
  assert.ok(!fault.stderr.includes('\u001b'));
});

/** Runs it by a shell, which sets up what it writes to or reads from. */
function shell(command: string, ...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('bash', ['-c', `set -o pipefail; ${command}`, process.execPath, CLI, path('good/unsigned'), path('good/unsigned', 'trust.json'), ...args], { encoding: 'utf8' });
}

test('is undetermined when nobody can have read the answer', () => {
  for (const json of ['', ' --json']) {
    const full = shell(`"$0" "$1" "$2" --trust "$3"${json} > /dev/full`);
    assert.equal(full.status, 4);
    assert.match(full.stderr, /the answer cannot be written: ENOSPC/);
    const closed = shell(`{ sleep 0.1; "$0" "$1" "$2" --trust "$3"${json}; echo "ended with $?" >&2; } | true`);
    assert.match(closed.stderr, /the answer cannot be written: .*EPIPE\n(.*\n)*ended with 4/);
  }
  assert.equal(shell('"$0" "$1" --help > /dev/full').status, 4);
  assert.equal(shell('"$0" "$1" /no/such/file --json > /dev/full 2> /dev/full').status, 2);
});

test('takes a package from no pipe, and trust.json from one', () => {
  const piped = shell('cat "$2" | "$0" "$1" /dev/stdin --trust "$3"');
  assert.equal(piped.status, 2);
  assert.match(piped.stderr, /a file that can be read twice/);
  assert.equal(shell('cat "$3" | "$0" "$1" "$2" --trust /dev/stdin').status, 0);
});

test('says as JSON too why there is no report', () => {
  const missing = run(['/no/such/file', '--json']);
  assert.deepEqual([missing.status, missing.stderr], [2, '']);
  const { error, exitCode } = JSON.parse(missing.stdout);
  assert.match(error, /no such file/);
  assert.equal(exitCode, 2);
});

test('judges nothing when a file leads nowhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-verify-js-'));
  try {
    const link = join(folder, 'dangling');
    symlinkSync(join(folder, 'nothing'), link);
    assert.equal(run([link]).status, 2);
    assert.equal(run([path('good/unsigned'), '--trust', link]).status, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('takes one certificate in each root of trust.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evidence-verify-js-'));
  try {
    const [file, trust] = [join(folder, 'trust.json'), JSON.parse(readFileSync(path('good/qbft', 'trust.json'), 'utf8'))];
    const root: string = trust.signatureRoots[0];
    for (const second of [root, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\n!']) {
      writeFileSync(file, JSON.stringify({ ...trust, signatureRoots: [`${root}\n${second}\n`] }));
      const { status, stderr } = run([path('good/qbft'), '--trust', file]);
      assert.equal(status, 2);
      assert.match(stderr, /signatureRoots.*one PEM certificate/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
