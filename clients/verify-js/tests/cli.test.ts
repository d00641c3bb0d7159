import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
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
  for (const args of [[], ['a', 'b'], ['--nothing'], ['/no/such/file'], [path('good/unsigned'), '--trust', path('good/unsigned')], ['--batch', 'a']]) {
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

test('leaves undetermined what it could not judge, and says why', () => {
  const trust = ['--trust', path('good/unsigned', 'trust.json')];
  const folder = run([join(ROOT, 'tests'), ...trust]);
  assert.deepEqual([folder.status, folder.stdout], [4, '']);
  assert.match(folder.stderr, /^evidence-verify: UNDETERMINED 无法判定: EISDIR/);
  const broken = 'data:text/javascript,Map.prototype.get = () => { throw new TypeError("broken\u001b[2J"); };';
  const fault = run([path('good/unsigned'), ...trust], '', ['--import', broken]);
  assert.deepEqual([fault.status, fault.stdout], [4, '']);
  assert.match(fault.stderr, /^evidence-verify: UNDETERMINED 无法判定: this is a fault of the program itself, please report it: broken/);
  assert.ok(!fault.stderr.includes('\u001b'));
});
