// Runs the tests; the last line is "N passed, N failed, N skipped", and the exit code is 0 only if something ran and nothing failed.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../dist-test', import.meta.url));
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.test.js')).map((name) => join(folder, name));
let [passed, failed, skipped] = [0, 0, 0];

const stream = run({ files, concurrency: 2 });
stream.on('test:pass', ({ skip, details, name }) => {
  // A file counts as a test of the runner; only what stands in it is counted.
  if (isFile(name) || details?.type === 'suite') return;
  if (skip !== undefined && skip !== false) skipped++;
  else passed++;
});
stream.on('test:fail', ({ name, details }) => {
  if (isFile(name) && details.error?.code === 'ERR_TEST_FAILURE' && details.error.failureType === 'subtestsFailed') return;
  failed++;
  console.log(`FAILED ${name}\n${details.error?.cause?.stack ?? details.error}`);
});
for await (const _ of stream);

function isFile(name) {
  return name.endsWith('.test.js');
}

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
