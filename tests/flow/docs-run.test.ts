import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { clusterBlocks, digestOf } from '../../scripts/rehearsal/cluster-blocks.js';
import { directive, docPages, quoted, type DocBlock, type DocPage } from '../harness/doc-page.js';
import { expectJson, expectOutput } from '../harness/doc-output.js';
import { DocSession } from '../harness/doc-session.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

/** Languages whose blocks are run, in the order of their page. */
const RUN = ['sh', 'sql'];
/** Of a page on a machine that is busy with other things; alone it takes seconds. */
const TIMEOUT_MS = 600_000;
/** What is stored a moment after it was acknowledged is asked for again, until it is there. */
const SETTLE_MS = 60_000;

const pages = docPages();
const isRun = (block: DocBlock): boolean => RUN.includes(block.language) && !isLeftOut(block);
/** Skipped, or run elsewhere. */
const isLeftOut = (block: DocBlock): boolean =>
  directive(block, 'skip') !== undefined || directive(block, 'on a cluster') !== undefined;
const where = ({ page, line }: DocBlock): string => `${page}:${line}`;

describe('the commands of the documentation', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    execFileSync(process.execPath, ['scripts/ensure-build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] });
    database = await createTestDatabase();
  }, TIMEOUT_MS);
  afterAll(() => database.drop());

  it.each(pages.filter(({ blocks }) => blocks.some(isRun)))(
    '$path can be followed from top to bottom',
    async (page) => {
      const broker = inject('kafkaBrokers')?.[0] ?? null;
      await using session = await DocSession.open({ kafkaBroker: broker, databaseUrl: database.url });
      await follow(page, session, broker !== null);
    },
    TIMEOUT_MS,
  );

  it('leave out little, and say why', () => {
    const blocks = pages.flatMap((page) => page.blocks).filter(({ language }) => RUN.includes(language));
    const skipped = blocks.filter((block) => directive(block, 'skip') !== undefined);
    for (const block of skipped) expect(directive(block, 'skip'), where(block)).toMatch(/^because \w+ \w+/);
    expect(skipped.map(where).length).toBeLessThanOrEqual(8);
    expect(blocks.length).toBeGreaterThan(15);
  });

  it('for a cluster were run on one, as they stand, by a rehearsal whose report is a page', () => {
    const onCluster = clusterBlocks();
    expect(onCluster.length).toBeGreaterThan(5);
    // A block that was changed since has another digest: the rehearsal has to be run again.
    const isReported = (block: DocBlock): boolean =>
      pages.some(({ path, text }) => path.endsWith('-rehearsal.md') && text.includes(digestOf(block)));
    expect(onCluster.filter((block) => !isReported(block)).map(where)).toEqual([]);
  });
});

async function follow({ blocks, given }: DocPage, session: DocSession, hasKafka: boolean): Promise<void> {
  for (const command of given) await session.run(command);
  let last: (() => Promise<string>) | undefined;
  let output = '';
  for (const block of blocks) {
    if (isLeftOut(block)) continue;
    // Without Java there is no Kafka, as without it for the suites of Kafka: the global set-up says so.
    if (!hasKafka && block.code.includes('KAFKA_BROKERS')) return;
    if (directive(block, 'after Ctrl-C') !== undefined) await session.interrupt();
    const file = directive(block, 'file');
    if (file !== undefined) await session.writeFile(file, block.code);
    else if (RUN.includes(block.language)) {
      last = (): Promise<string> => execute(block, session);
      output = await last();
      const expected = quoted(directive(block, 'output contains') ?? '');
      if (expected.length > 0) {
        await settle(isRepeatable(block) ? last : undefined, output, (text) => {
          for (const part of expected) expect(text, where(block)).toContain(part);
        });
      }
      if (!isRepeatable(block)) last = undefined;
    } else if (directive(block, 'output') !== undefined) {
      const varying = quoted(directive(block, 'output') ?? '');
      await settle(last, output, (text) => {
        if (block.language === 'json') expectJson(block.code, text, varying);
        else expectOutput(block.code, text);
      });
    }
  }
}

async function execute(block: DocBlock, session: DocSession): Promise<string> {
  if (block.language === 'sql') return tableOf(await session.query(block.code));
  const until = directive(block, 'background');
  return session.run(block.code, {
    until: until === undefined ? undefined : quoted(until)[0],
    exitCode: Number(directive(block, 'ends with') ?? 0),
  });
}

/** A page shows rows of SQL as psql prints them: values by ` | `. */
function tableOf(rows: readonly unknown[]): string {
  const lines = z.array(z.record(z.string(), z.unknown())).parse(rows);
  const head = Object.keys(lines[0] ?? {});
  return [head, ...lines.map((line) => head.map((name) => cellText(line[name])))]
    .map((cells) => cells.join(' | '))
    .join('\n');
}

function cellText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

/** Questions alone: to ask them twice changes nothing. */
function isRepeatable({ language, code }: DocBlock): boolean {
  if (language === 'sql') return /^\s*select/i.test(code);
  return code
    .split('\n')
    .every((line) => /^curl (?!.*(-X|--data|-d |-o ))/.test(line) || /^(#|$)/.test(line));
}

/** Holds what was printed against the page; asks again while it may only be too early. */
async function settle(
  again: (() => Promise<string>) | undefined,
  output: string,
  judge: (output: string) => void,
): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  let text = output;
  for (;;) {
    try {
      judge(text);
      return;
    } catch (error) {
      if (again === undefined || performance.now() > deadline) throw error;
      text = await again();
    }
  }
}
