import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FormatError } from '../dist/bytes.js';
import { cliqueListed, cliqueSigner } from '../dist/chain/consensus/clique.js';
import { parseBftExtraData } from '../dist/chain/consensus/commitSeals.js';
import { checkSeals } from '../dist/chain/consensus/seals.js';
import { BlockHeader } from '../dist/chain/header.js';
import { decodeRlp, encodeBytes, encodeInteger, encodeList, type RlpItem } from '../dist/chain/rlp.js';
import { verifyTrieProof } from '../dist/chain/trie.js';
import { keccak256 } from '../dist/crypto/hashes.js';
import type { TrustedChain } from '../dist/trust/policy.js';
import { FindingList } from '../dist/verification/finding.js';
import { bytes, headerRlp, hex0x, readJson, rpcResult, vectorTest } from './vectors.js';

function encode(item: RlpItem): Uint8Array {
  return item.items === null ? encodeBytes(item.bytes as Uint8Array) : encodeList(item.items.map(encode));
}

vectorTest('reads every published RLP encoding and writes it again', () => {
  const cases = Object.entries<{ in: unknown; out: string }>(readJson('ethereum', 'RLPTests', 'rlptest.json'));
  assert.ok(cases.length > 20);
  for (const [name, { in: value, out }] of cases) {
    assert.equal(hex0x(encode(decodeRlp(bytes(out)))), out.toLowerCase(), name);
    if (typeof value === 'number' || (typeof value === 'string' && value.startsWith('#'))) assert.equal(hex0x(encodeInteger(BigInt(`${value}`.replace('#', '')))), out.toLowerCase(), name);
  }
});

vectorTest('refuses every published malformed RLP', () => {
  for (const [name, { out }] of Object.entries<{ out: string }>(readJson('ethereum', 'RLPTests', 'invalidRLPTest.json'))) assert.throws(() => decodeRlp(bytes(out)), FormatError, name);
});

test('reads as many RLP items as was allowed and no more', () => {
  const list = (count: number): Uint8Array => encodeList([encodeList([]), ...Array.from({ length: count - 2 }, () => Uint8Array.of(1))]);
  decodeRlp(list(65_536));
  assert.throws(() => decodeRlp(list(65_537)), FormatError);
});

const FORKS = { 'get-genesis': 15, 'get-block-london-fork': 16, 'get-block-shanghai-fork': 17, 'get-block-cancun-fork': 20, 'get-block-prague-fork': 21 };
for (const [exchange, fields] of Object.entries(FORKS))
  vectorTest(`hashes the header of ${exchange}`, () => {
    const block = rpcResult('eth_getBlockByNumber', exchange);
    const header = BlockHeader.parse(headerRlp(block));
    assert.equal(decodeRlp(header.rlp).items?.length, fields);
    assert.equal(hex0x(header.hash), block.hash);
    assert.equal(header.timestamp, BigInt(block.timestamp));
  });

test('refuses a header with a field too few, too many or of another length', () => {
  const fields = Array.from({ length: 21 }, () => encodeBytes(new Uint8Array(32)));
  for (const count of [0, 14, 16, 18, 21]) assert.throws(() => BlockHeader.parse(encodeList(fields.slice(0, count))), FormatError);
});

vectorTest('proves an account by its trie nodes, and nothing with one of them changed', () => {
  const { address, accountProof } = rpcResult('eth_getProof', 'get-account-proof-latest');
  const nodes = (accountProof as string[]).map(bytes);
  const [root, key] = [keccak256(nodes[0] as Uint8Array), keccak256(bytes(address))];
  assert.ok(verifyTrieProof(root, key, nodes) !== null);
  assert.equal(verifyTrieProof(root, keccak256(key), nodes), null);
  assert.equal(verifyTrieProof(root, key, nodes.slice(0, -1)), null);
  assert.equal(verifyTrieProof(root, key, [...nodes, nodes[0] as Uint8Array]), null);
  for (const [i, node] of nodes.entries()) {
    const changed = nodes.map((own, j) => (i === j ? Uint8Array.from(node, (byte, at) => (at === 9 ? byte ^ 1 : byte)) : own));
    assert.equal(verifyTrieProof(root, key, changed), null, `node ${i}`);
  }
});

vectorTest('reads the published QBFT extra data', () => {
  const [known] = readJson('consensus', 'qbft-extra-data.json').cases;
  const extra = parseBftExtraData(bytes(known.rlp), 'qbft');
  assert.deepEqual(extra.validators.map(hex0x), known.validators);
  assert.equal(extra.seals.length, known.seals.length);
  assert.equal(hex0x(decodeRlp(extra.committed).items?.[3]?.bytes as Uint8Array), `0x${known.round.toString(16)}`);
  assert.deepEqual(decodeRlp(extra.hashed).items?.slice(3).map((item) => item.raw.length), [1, 1]);
  assert.throws(() => parseBftExtraData(bytes(known.rlp), 'ibft2'), FormatError);
});

vectorTest('finds the signer of the published Clique header', () => {
  const known = readJson('consensus', 'clique-header.json');
  const header = BlockHeader.parse(headerRlp(known.header));
  assert.equal(hex0x(header.hash), known.hash);
  assert.deepEqual(cliqueListed(header), known.signersInExtraData);
  assert.ok(known.signersInExtraData.includes(cliqueSigner(header)));
});

interface Recorded {
  readonly headers: readonly BlockHeader[];
  readonly chain: TrustedChain;
}

function recordedChain(): Recorded {
  const known = readJson('consensus', 'clique-chain-geth.json');
  const headers: BlockHeader[] = known.blocks.map(({ block }: { block: Record<string, string> }) => BlockHeader.parse(headerRlp(block)));
  headers.forEach((header, i) => assert.equal(hex0x(header.hash), known.blocks[i].block.hash));
  const chain: TrustedChain = { chainId: 20260, genesis: known.blocks[0].block.hash, contract: '0x', consensus: 'clique', followsHistory: false, epoch: 30000, validators: [{ from: 0, to: Number.POSITIVE_INFINITY, addresses: known.signers }] };
  return { headers, chain };
}

function seals({ headers, chain }: Recorded, from: number, count: number): { holds: boolean; codes: string[] } {
  const list = new FindingList('ledger');
  const holds = null !== checkSeals(headers.slice(from, from + count) as unknown as readonly [BlockHeader, ...BlockHeader[]], chain, null, list);
  return { holds, codes: list.findings.map((finding) => finding.code) };
}

vectorTest('takes a chain that go-ethereum sealed, once a majority of its signers stands in it', () => {
  const recorded = recordedChain();
  assert.deepEqual(seals(recorded, 1, 63), { holds: true, codes: [] });
  for (let from = 1; from < 60; from++) {
    assert.deepEqual(seals(recorded, from, 2), { holds: false, codes: ['E516'] });
    assert.deepEqual(seals(recorded, from, 3), { holds: true, codes: [] });
  }
});

vectorTest('names a signer who is not trusted, and a set that is not known', () => {
  const { headers, chain } = recordedChain();
  const three = { ...chain, validators: [{ from: 0, to: 10 ** 6, addresses: chain.validators[0]?.addresses.slice(0, 3) ?? [] }] };
  assert.ok(seals({ headers, chain: three }, 1, 8).codes.includes('E518'));
  assert.deepEqual(seals({ headers, chain: { ...chain, validators: [] } }, 1, 8), { holds: false, codes: ['E508'] });
});
