import { FormatError, hex, hex0x } from '../bytes.js';
import { sha256 } from '../crypto/hashes.js';
import { type Json, parseJson } from '../json/parse.js';
import { ObjectReader, stringOf } from '../json/reader.js';
import { COSIGNATURE, ED25519, VerifierKey } from '../notes/verifierKey.js';
import { Certificate } from '../signatures/certificate.js';
import { MAX_VALIDATORS } from '../chain/consensus/validatorSet.js';

export const CONSENSUS = ['none', 'clique', 'qbft', 'ibft2'] as const;
export type Consensus = (typeof CONSENSUS)[number];

const USUAL_EPOCH = 30_000;

/** The validators of the blocks from `from` to `to`, both included; addresses in lower-case hexadecimal with 0x. */
export interface ValidatorRange {
  readonly from: number;
  readonly to: number;
  readonly addresses: readonly string[];
}

export interface TrustedChain {
  readonly chainId: number;
  readonly genesis: string;
  readonly contract: string;
  readonly consensus: Consensus;
  readonly validators: readonly ValidatorRange[];
  /** At every multiple of this height the votes on validators lapse; with Clique the header lists the signers there. */
  readonly epoch: number;
  /** Whether a history of headers in a package may say who the validators are at a height in no range. */
  readonly followsHistory: boolean;
}

/** A log that is accepted: one of its keys, and its id on the ledger, the SHA-256 of its first key. */
export interface TrustedLog {
  readonly key: VerifierKey;
  readonly id: string;
}

/** Whoever cosigns with this key; `log` is the origin of the log that the same node writes, for which it is no witness. */
export interface TrustedWitness {
  readonly key: VerifierKey;
  readonly log?: string;
}

/** trust.json: what the verifying person trusts, had by another channel than the package. */
export interface TrustPolicy {
  readonly chain: TrustedChain;
  readonly logs: readonly TrustedLog[];
  readonly witnesses: readonly TrustedWitness[];
  readonly quorum: { readonly seals: boolean; readonly witnesses: number };
  readonly signatureRoots: readonly Certificate[];
  /** SHA-256 of the file. */
  readonly sha256: string;
}

/** Reads trust.json, format evidence.trust/1. @throws FormatError naming the member that is missing, unknown or wrong. */
export function parseTrust(bytes: Uint8Array): TrustPolicy {
  const json = new ObjectReader(parseJson(bytes));
  json.format('evidence.trust/1');
  const chain = readChain(json.object('chain'));
  const logs = json.list('logs', readLog);
  checkKeys('logs', logs.map(({ key }) => key), ED25519);
  const witnesses = readWitnesses(json, logs);
  const quorum = readQuorum(json.object('quorum'), witnesses.length, chain);
  const signatureRoots = json.has('signatureRoots') ? json.list('signatureRoots', readRoot) : [];
  json.end();
  return { chain, logs, witnesses, quorum, signatureRoots, sha256: hex(sha256(bytes)) };
}

function readChain(json: ObjectReader): TrustedChain {
  const name = json.string('consensus');
  const consensus = CONSENSUS.find((known) => known === name);
  if (consensus === undefined) throw json.wrong('consensus', `one of ${CONSENSUS.join(', ')}`);
  const chain: TrustedChain = {
    chainId: json.integer('chainId'),
    genesis: hex0x(json.hex('genesis', 32)),
    contract: hex0x(json.hex('contract', 20)),
    consensus,
    validators: json.list('validators', readRange),
    epoch: consensus !== 'none' && json.has('epoch') ? json.integer('epoch') : USUAL_EPOCH,
    followsHistory: consensus !== 'none' && json.has('history') && json.boolean('history'),
  };
  if (chain.epoch === 0) throw json.wrong('epoch', 'at least 1');
  const sorted = [...chain.validators].sort((a, b) => a.from - b.from);
  if (sorted.some((range, i) => i > 0 && (sorted[i - 1] as ValidatorRange).to >= range.from)) throw json.wrong('validators', 'a list of ranges that do not overlap');
  json.end();
  return chain;
}

function readRange(item: Json, path: string): ValidatorRange {
  const json = new ObjectReader(item, path);
  const range = {
    from: json.integer('from'),
    to: json.has('to') ? json.integer('to') : Number.POSITIVE_INFINITY,
    addresses: json.hexList('addresses', 20).map(hex0x),
  };
  json.end();
  if (range.to < range.from) throw json.wrong('to', "at least 'from'");
  if (range.addresses.length === 0 || range.addresses.length > MAX_VALIDATORS) throw json.wrong('addresses', `a list of 1 to ${MAX_VALIDATORS} addresses`);
  if (new Set(range.addresses).size !== range.addresses.length) throw json.wrong('addresses', 'a list of distinct addresses');
  return range;
}

/** The log's first key as a string, or any of its keys with the id: no rotation that a package brings decides that. */
function readLog(item: Json, path: string): TrustedLog {
  if (typeof item === 'string') {
    const key = VerifierKey.parse(item);
    return { key, id: key.logId };
  }
  const json = new ObjectReader(item, path);
  const log = { key: VerifierKey.parse(json.string('key')), id: json.digest('id') };
  json.end();
  return log;
}

function readWitnesses(json: ObjectReader, logs: readonly TrustedLog[]): TrustedWitness[] {
  const witnesses = json.list('witnesses', readWitness);
  checkKeys('witnesses', witnesses.map((witness) => witness.key), COSIGNATURE);
  // A slip of the pen in the name would let a node vouch for its own log.
  const stray = witnesses.find(({ log }) => log !== undefined && !logs.some(({ key }) => key.name === log));
  if (stray !== undefined) throw json.wrong('witnesses', `witnesses of logs that 'logs' names: '${stray.log}' is none of them`);
  return witnesses;
}

function readWitness(item: Json, path: string): TrustedWitness {
  if (typeof item === 'string') return { key: VerifierKey.parse(item) };
  const json = new ObjectReader(item, path);
  const [key, log] = [VerifierKey.parse(json.string('key')), json.optionalString('log')];
  json.end();
  return { key, ...(log !== undefined && { log }) };
}

/** The same key under two names would count twice, since a cosignature does not commit to the name. */
function checkKeys(name: string, keys: readonly VerifierKey[], algorithm: number): void {
  const other = keys.find((key) => key.algorithm !== algorithm);
  if (other !== undefined) throw new FormatError(`${name}: '${other.text}' is of another algorithm than ${algorithm}.`);
  if (new Set(keys.map((key) => hex(key.publicKey))).size !== keys.length) throw new FormatError(`${name}: a public key is there twice.`);
}

function readQuorum(json: ObjectReader, witnessCount: number, chain: TrustedChain): TrustPolicy['quorum'] {
  const quorum = { seals: json.boolean('seals'), witnesses: json.integer('witnesses', 2 ** 31 - 1) };
  json.end();
  if (!quorum.seals && quorum.witnesses === 0) throw new FormatError('quorum: it asks for neither seals nor witnesses, and so for no proof at all.');
  if (quorum.seals && chain.consensus === 'none') throw new FormatError("quorum.seals: it asks for validators' seals, and a chain of consensus 'none' has none.");
  if (quorum.seals && chain.validators.length === 0) throw new FormatError("quorum.seals: it asks for validators' seals, and chain.validators names nobody.");
  if (quorum.witnesses > witnessCount) throw new FormatError(`quorum.witnesses: it asks for ${quorum.witnesses}, and 'witnesses' names ${witnessCount}.`);
  return quorum;
}

function readRoot(item: Json, path: string): Certificate {
  const pem = stringOf(item, path);
  const [root] = pem.split('-----BEGIN ').length === 2 ? Certificate.fromPem(pem) : [];
  if (root === undefined) throw new FormatError(`${path}: it is not one PEM certificate.`);
  return root;
}

/** The witnesses that count for a log: none whose key is or was a log's own, and not that of the node that writes the log. */
export function witnessesOf(trust: TrustPolicy, origin: string, stated: readonly VerifierKey[]): VerifierKey[] {
  const logKeys = new Set([...trust.logs.map(({ key }) => key), ...stated].map((key) => hex(key.publicKey)));
  return trust.witnesses.filter(({ key, log }) => log !== origin && !logKeys.has(hex(key.publicKey))).map(({ key }) => key);
}
