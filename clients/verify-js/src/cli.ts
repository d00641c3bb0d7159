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

Exit codes: 0 intact, 1 altered, 2 usage or a file that cannot be read, 4 undetermined.
`;

const EXIT: Readonly<Record<Outcome, number>> = { INTACT: 0, ALTERED: 1, UNDETERMINED: 4, NONE: 4 };
const USAGE_ERROR = 2;

async function main(): Promise<number> {
  const options = { trust: { type: 'string' }, certificate: { type: 'string' }, json: { type: 'boolean' }, batch: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.batch === true && positionals.length === 0) return runBatch();
  const [path] = positionals;
  if (path === undefined || positionals.length > 1 || values.batch === true) return fail(USAGE);
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
  const source = await FileSource.open(path);
  try {
    return await verifyPackage(source, trust, { newSha256: platformSha256, ...(certificate !== undefined && { certificate }) });
  } finally {
    await source.close();
  }
}

async function readTrust(path: string): Promise<TrustPolicy> {
  const bytes = await readFile(path);
  try {
    return parseTrust(new Uint8Array(bytes));
  } catch (e) {
    throw e instanceof FormatError ? new Error(`${path} is not a trust.json: ${e.message}`) : e;
  }
}

const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

function fail(message: string): number {
  process.stderr.write(message.endsWith('\n') ? message : `${message}\n`);
  return USAGE_ERROR;
}

process.exitCode = await main().catch((e: unknown) => fail(`evidence-verify: ${plainText(messageOf(e))}`));
