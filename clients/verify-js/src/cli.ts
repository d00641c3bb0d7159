#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FileSource, FormatError, parseTrust, plainText, platformSha256, readBounded, renderReport, type Outcome, type Report, type TrustPolicy, verifyPackage } from './node/index.js';

const USAGE = `Usage: node dist/cli.js PACKAGE [--trust trust.json] [--certificate TEXT] [--json]
       node dist/cli.js --batch

Verifies an evidence package offline.
  --trust FILE        what you trust, had by another channel than the package; without it the ledger is UNDETERMINED
  --certificate TEXT  the text of a certificate on paper, to be held against the package
  --json              prints the report as JSON (evidence.report/1)
  --batch             reads lines from standard input, each PACKAGE or PACKAGE, a tab and a trust.json; prints one JSON line for each

Exit codes: 0 intact, 1 altered, 2 usage or a file that cannot be opened, 4 undetermined or an answer that cannot be written.
`;

const EXIT: Readonly<Record<Outcome, number>> = { INTACT: 0, ALTERED: 1, UNDETERMINED: 4, NONE: 4 };
const USAGE_ERROR = 2;
const MAX_TRUST_BYTES = 16 << 20;

/** What the caller has to put right: the command, or the files that it names. */
class UsageError extends Error {}

/** Nobody has read the answer: it must not end like a verdict. */
class OutputError extends Error {}

async function main(): Promise<number> {
  const options = { trust: { type: 'string' }, certificate: { type: 'string' }, json: { type: 'boolean' }, batch: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals, tokens } = asUsage(() => parseArgs({ options, allowPositionals: true, tokens: true }));
  const named = tokens.flatMap((token) => (token.kind === 'option' && token.value !== undefined ? [token.rawName] : []));
  const twice = named.find((name, i) => named.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`${twice} is given twice. See --help.`);
  if (values.help === true) {
    await print(USAGE);
    return 0;
  }
  if (values.batch === true && positionals.length === 0) return runBatch();
  const [path] = positionals;
  if (path === undefined || positionals.length > 1 || values.batch === true) throw new UsageError('Name one package to verify, or --batch alone. See --help.');
  const report = await verifyFile(path, values.trust === undefined ? null : await readTrust(values.trust), values.certificate);
  await print(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
  return EXIT[report.whole];
}

/** One process for many packages; what cannot be opened is answered for and does not end the run. */
async function runBatch(): Promise<number> {
  const policies = new Map<string, TrustPolicy>();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const [path = '', trustPath] = line.split('\t');
    let answer: object;
    try {
      if (trustPath !== undefined && !policies.has(trustPath)) policies.set(trustPath, await readTrust(trustPath));
      answer = await verifyFile(path, trustPath === undefined ? null : (policies.get(trustPath) ?? null));
    } catch (e) {
      answer = { error: messageOf(e) };
    }
    await print(`${JSON.stringify({ package: path, ...answer })}\n`);
  }
  return 0;
}

async function verifyFile(path: string, trust: TrustPolicy | null, certificate?: string): Promise<Report> {
  const source = await FileSource.open(path).catch(refuse);
  try {
    return await verifyPackage(source, trust, { newSha256: platformSha256, ...(certificate !== undefined && { certificate }) });
  } finally {
    await source.close();
  }
}

async function readTrust(path: string): Promise<TrustPolicy> {
  const bytes = await readBounded(path, MAX_TRUST_BYTES).catch(refuse);
  try {
    return parseTrust(bytes);
  } catch (e) {
    throw e instanceof FormatError ? new UsageError(`${path} is not a trust.json: ${e.message}`) : e;
  }
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (e) {
    throw new UsageError(messageOf(e));
  }
}

/** A file that cannot be opened: nothing was judged. */
function refuse(e: unknown): never {
  throw new UsageError(messageOf(e));
}

/** Returns when all of it is written. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (e?: unknown): void => (e == null ? resolve() : reject(new OutputError(`the answer cannot be written: ${messageOf(e)}`)));
    try {
      process.stdout.write(text, done);
    } catch (e) {
      done(e);
    }
  });
}

/** The code that the platform gives to what it could not do. */
const codeOf = (e: unknown): unknown => (e instanceof Error && 'syscall' in e && 'code' in e ? e.code : undefined);

const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** Whatever a package brings about, there is an answer, and never one that nothing was compared for. */
async function fail(e: unknown): Promise<number> {
  const exitCode = e instanceof UsageError ? USAGE_ERROR : EXIT.UNDETERMINED;
  const isKnown = e instanceof UsageError || e instanceof OutputError || codeOf(e) !== undefined;
  const error = `${e instanceof UsageError ? '' : 'UNDETERMINED 无法判定: '}${isKnown ? '' : 'this is a fault of the program itself, please report it: '}${messageOf(e)}`;
  const asJson = process.argv.includes('--json') && !(e instanceof OutputError);
  const isSaid = asJson && (await print(`${JSON.stringify({ error, exitCode }, null, 2)}\n`).then(() => true, () => false));
  if (!isSaid) process.stderr.write(`evidence-verify: ${plainText(error)}\n`);
  return exitCode;
}

// What cannot be written is told to whoever writes it; unheard, it would end the process with the code of ALTERED.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.exitCode = await main().catch(fail).catch(() => EXIT.UNDETERMINED);
