#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { FileSource, FormatError, parseTrust, plainText, platformSha256, renderReport, type Outcome, type Report, type TrustPolicy, verifyPackage } from './node/index.js';

const USAGE = `Usage: node dist/cli.js PACKAGE [--trust trust.json] [--certificate TEXT] [--json]
       node dist/cli.js --batch

Verifies an evidence package offline.
  --trust FILE        what you trust, had by another channel than the package; without it the ledger is UNDETERMINED
  --certificate TEXT  the text of a certificate on paper, to be held against the package
  --json              prints the report as JSON (evidence.report/1)
  --batch             reads lines from standard input, each PACKAGE or PACKAGE, a tab and a trust.json; prints one JSON line for each

Exit codes: 0 intact, 1 altered, 2 usage or a file that is not there, 4 undetermined.
`;

const EXIT: Readonly<Record<Outcome, number>> = { INTACT: 0, ALTERED: 1, UNDETERMINED: 4, NONE: 4 };
const USAGE_ERROR = 2;

/** What the caller has to put right: the command, or the files that it names. */
class UsageError extends Error {}

async function main(): Promise<number> {
  const options = { trust: { type: 'string' }, certificate: { type: 'string' }, json: { type: 'boolean' }, batch: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = asUsage(() => parseArgs({ options, allowPositionals: true }));
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.batch === true && positionals.length === 0) return runBatch();
  const [path] = positionals;
  if (path === undefined || positionals.length > 1 || values.batch === true) throw new UsageError(USAGE);
  const report = await verifyFile(path, values.trust === undefined ? null : await readTrust(values.trust), values.certificate);
  process.stdout.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report));
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
    process.stdout.write(`${JSON.stringify({ package: path, ...answer })}\n`);
  }
  return 0;
}

async function verifyFile(path: string, trust: TrustPolicy | null, certificate?: string): Promise<Report> {
  const source = await FileSource.open(path).catch(refuseMissing);
  try {
    return await verifyPackage(source, trust, { newSha256: platformSha256, ...(certificate !== undefined && { certificate }) });
  } finally {
    await source.close();
  }
}

async function readTrust(path: string): Promise<TrustPolicy> {
  const bytes = await readFile(path).catch(refuseMissing);
  try {
    return parseTrust(new Uint8Array(bytes));
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

function refuseMissing(e: unknown): never {
  throw codeOf(e) === 'ENOENT' ? new UsageError(messageOf(e)) : e;
}

/** The code that the platform gives to what it could not do. */
const codeOf = (e: unknown): unknown => (e instanceof Error && 'syscall' in e && 'code' in e ? e.code : undefined);

const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** Whatever a package brings about, there is an answer, and never one that nothing was compared for. */
function fail(e: unknown): number {
  const isUsage = e instanceof UsageError;
  const why = isUsage ? '' : `UNDETERMINED 无法判定: ${codeOf(e) === undefined ? 'this is a fault of the program itself, please report it: ' : ''}`;
  process.stderr.write(isUsage && e.message === USAGE ? USAGE : `evidence-verify: ${why}${plainText(messageOf(e))}\n`);
  return isUsage ? USAGE_ERROR : EXIT.UNDETERMINED;
}

process.exitCode = await main().catch(fail);
