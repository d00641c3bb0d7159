// Compiles the contract with the pinned compiler and writes artifacts/EvidenceAnchor.json; with --check it compares instead, and
// exits 1 naming what differs.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, 'artifacts', 'EvidenceAnchor.json');
const sources = readdirSync(join(here, 'src')).filter((name) => name.endsWith('.sol')).sort().map((name) => `src/${name}`);
const settings = {
  evmVersion: 'london', // a private chain may stand at any fork from Berlin on, and refuses newer opcodes
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: 'none' },
};

function compile() {
  const solc = createRequire(import.meta.url)('solc');
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(sources.map((name) => [name, { content: readFileSync(join(here, name), 'utf8') }])),
    settings: { ...settings, outputSelection: { '*': { EvidenceAnchor: ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const messages = (output.errors ?? []).map((error) => error.formattedMessage);
  if (messages.length > 0) throw new Error(messages.join('\n'));
  const contract = output.contracts['src/EvidenceAnchor.sol'].EvidenceAnchor;
  return {
    contractName: 'EvidenceAnchor',
    compiler: `solc ${solc.version().replace('.Emscripten.clang', '')}`,
    evmVersion: settings.evmVersion,
    optimizerRuns: settings.optimizer.runs,
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    deployedBytecode: `0x${contract.evm.deployedBytecode.object}`,
  };
}

function differences(committed, built) {
  return Object.keys({ ...committed, ...built }).filter((key) => JSON.stringify(committed[key]) !== JSON.stringify(built[key]));
}

const built = compile();
const text = `${JSON.stringify(built, null, 2)}\n`;
if (process.argv.includes('--check')) {
  const committed = readFileSync(target, 'utf8');
  if (committed === text) {
    console.log(`artifacts/EvidenceAnchor.json is what ${built.compiler} makes of the sources`);
  } else {
    const differing = differences(JSON.parse(committed), built);
    console.error(`artifacts/EvidenceAnchor.json differs from a build of the sources in: ${differing.join(', ') || 'layout'}. Run chaincode/build.`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  console.log(`wrote artifacts/EvidenceAnchor.json (${built.compiler}, ${(built.deployedBytecode.length - 2) / 2} bytes of code)`);
}
