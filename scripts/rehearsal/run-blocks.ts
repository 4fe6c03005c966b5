/**
 * Runs the documentation's blocks of one phase on the cluster that kubectl talks to: `tsx scripts/rehearsal/run-blocks.ts FACTS PHASE`.
 * Each that ended as its page says is noted in the file FACTS. Ends with 1 at the first that did not.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { directive, quoted } from '../../tests/harness/doc-page.js';
import { clusterBlocks, digestOf } from './cluster-blocks.js';

const [facts, phase] = process.argv.slice(2);
if (facts === undefined || phase === undefined) {
  console.error('usage: tsx scripts/rehearsal/run-blocks.ts FACTS PHASE');
  process.exit(2);
}
const blocks = clusterBlocks(phase);
if (blocks.length === 0) {
  console.error(`no page has a block for the phase ${phase}`);
  process.exit(2);
}
for (const block of blocks) {
  const { page, line, code } = block;
  console.log(`\n## ${page}:${line}\n${code}`);
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', code], {
    encoding: 'utf8',
  });
  console.log(`${stdout}${stderr}`);
  const absent = quoted(directive(block, 'output contains') ?? '').filter((text) => !stdout.includes(text));
  if (status !== 0 || absent.length > 0) {
    console.log(`${page}:${line} ended with ${status}; not printed: ${JSON.stringify(absent)}`);
    process.exit(1);
  }
  const at = new Date().toISOString();
  const [command] = code.split('\n');
  appendFileSync(facts, `${JSON.stringify({ kind: 'block', at, page, command, digest: digestOf(block) })}\n`);
}
