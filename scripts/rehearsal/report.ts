import { basename } from 'node:path';
import { z } from 'zod';
import { code, table } from '../references/markdown.js';
import type { Fact, FactOf } from './facts.js';

const replayed = z.object({ acknowledged: z.number(), rejected: z.number() });
const stats = z.object({
  messages: z.object({
    received: z.number(),
    stored: z.number(),
    duplicate: z.number(),
    rejected: z.number(),
  }),
});

/** The page that tells what a rehearsal did, and how it ended. Throws when it did not come to its end. */
export function rehearsalReport(facts: readonly Fact[]): string {
  const of = <Kind extends Fact['kind']>(kind: Kind): FactOf<Kind> => {
    const found = facts.find((each): each is FactOf<Kind> => each.kind === kind);
    if (found === undefined) throw new Error(`the rehearsal noted no ${kind}`);
    return found;
  };
  const { at } = of('passed');
  return [
    '# Rehearsal on Kubernetes',
    `Written by \`npm run rehearse\` on ${at.slice(0, 10)}, from a clean start to the end without a hand: [what it does](kubernetes.md#rehearsal). It passed.`,
    '## Where',
    where(of('environment'), of('image'), of('sample')),
    '## What happened',
    'Charge points sent without a pause from the first line that says so to the last.',
    whatHappened(facts),
    '## What was counted',
    counted(of('sample'), of('load'), of('ledger')),
    '## How long until it was back',
    recovery(facts),
    '## What it does not show',
    notShown(of('policies'), of('environment')),
    '## Commands of the documentation',
    'Each was run as it stands on its page; a test demands it of every such block (`tests/flow/docs-run.test.ts`).',
    commands(facts.filter((each): each is FactOf<'block'> => each.kind === 'block')),
  ]
    .join('\n\n')
    .concat('\n');
}

function where(
  { kubernetes, nodes, revision, chargePoints, rate }: FactOf<'environment'>,
  { bytes, max }: FactOf<'image'>,
  { images }: FactOf<'sample'>,
): string {
  return table(
    ['', ''],
    [
      ['Kubernetes', kubernetes],
      ...nodes
        .trim()
        .split('\n')
        .map((node, index) => [`node ${index + 1}`, nodeText(node)]),
      ['meterpulse', `revision ${revision}`],
      ['its image', `${megabytes(bytes)} MB on the node, of ${max} that it may have`],
      ...images.split(' ').map((image) => ['beside it', `\`${image}\``]),
      ['load', `${chargePoints} charge points, ${rate} messages a second`],
    ],
  );
}

function nodeText(line: string): string {
  const [cpus = '', memory = '', runtime = ''] = line.split(' ');
  const gib = Math.round(Number(memory.replace(/Ki$/, '')) / 2 ** 20);
  return `${cpus} CPUs, ${Number.isNaN(gib) ? memory : `${gib} GiB`}, ${runtime}`;
}

/** Each step with when it began, how long it took, and what came of it. */
function whatHappened(facts: readonly Fact[]): string {
  const lines = facts.flatMap((fact, index) => {
    if (fact.kind !== 'begin') return [];
    const end = facts.slice(index).find((each): each is FactOf<'end'> => each.kind === 'end');
    if (end === undefined) throw new Error(`"${fact.step}" did not end`);
    const seconds = Math.round((Date.parse(end.at) - Date.parse(fact.at)) / 1_000);
    return [[fact.at.slice(11, 19), fact.step, `${seconds} s`, end.detail]];
  });
  return table(['began', 'step', 'took', 'then'], lines);
}

function counted(
  { log }: FactOf<'sample'>,
  { summary, asked, unanswered }: FactOf<'load'>,
  { comparison }: FactOf<'ledger'>,
): string {
  const parsed = log.split('\n').map((line): unknown => JSON.parse(line));
  const sample = parsed.map((each) => replayed.safeParse(each)).find(({ success }) => success)?.data;
  const answer = parsed.map((each) => stats.safeParse(each)).find(({ success }) => success)?.data;
  if (sample === undefined || answer === undefined) throw new Error('the sample has no result');
  const { received, stored, duplicate, rejected } = answer.messages;
  return table(
    ['what', 'how many'],
    [
      ['messages of the sample that were acknowledged', `${sample.acknowledged}`],
      [
        '… of them stored, repeated, rejected by the API’s count',
        `${stored}, ${duplicate}, ${rejected} of ${received}`,
      ],
      ['messages of the charge points that were acknowledged', `${summary.acknowledged}`],
      ['… after, half of them, 99 of 100, the slowest', ackText(summary.ackMs)],
      ['connections that they lost to restarts, and made again', `${summary.connectionsLost}`],
      ['readings in those messages', `${comparison.acknowledged}`],
      ['… of them lost', `${comparison.lost}`],
      ['… of them stored twice', `${comparison.doubled}`],
      [
        'readings that are stored beside them: of the sample, and of messages whose acknowledgement was cut off',
        `${comparison.unacknowledged}`,
      ],
      [
        'questions to API and live feed; without an answer, while no pod of one was there',
        `${asked}; ${unanswered}`,
      ],
    ],
  );
}

/** What was lost, and in how many seconds it was there again; steps that were left out are not in it. */
function recovery(facts: readonly Fact[]): string {
  const backup = facts.find((each): each is FactOf<'backup'> => each.kind === 'backup');
  const restore = facts.find((each): each is FactOf<'restore'> => each.kind === 'restore');
  const rows = facts.flatMap((each) =>
    each.kind === 'recovered' ? [[`a pod of ${each.name}: its successor is ready`, `${each.seconds} s`]] : [],
  );
  if (backup !== undefined) {
    const of = perGigabyte(backup.seconds, backup.bytes);
    rows.push([`a backup of ${megabytes(backup.bytes)} MB, made and checked`, `${backup.seconds} s: ${of}`]);
  }
  if (backup !== undefined && restore !== undefined) {
    const { copySeconds, serverSeconds, againSeconds, readings } = restore;
    rows.push(
      ['… checked and copied back', `${copySeconds} s: ${perGigabyte(copySeconds, backup.bytes)}`],
      ['… the server on it answers', `${serverSeconds} s`],
      [
        `… roles are up, and have stored again the ${readings} readings since the backup`,
        `${againSeconds} s`,
      ],
    );
  }
  return rows.length === 0 ? 'Nothing was deleted.' : table(['what', 'after'], rows);
}

function perGigabyte(seconds: number, bytes: number): string {
  return `${(seconds / (bytes / 1e9)).toFixed(1)} s per GB`;
}

function ackText({ p50, p99, max }: FactOf<'load'>['summary']['ackMs']): string {
  return [p50, p99, max].map((ms) => `${Math.round(ms)} ms`).join(', ');
}

function notShown({ enforced }: FactOf<'policies'>, { left }: FactOf<'environment'>): string {
  return [
    ...(left.trim() === '' ? [] : [`- Left out: ${left.trim().split(/\s+/).join(', ')}.`]),
    enforced === 'yes'
      ? '- The network enforced the NetworkPolicies while all of this went on; a connection that none allows was refused.'
      : '- The network of this cluster enforces no NetworkPolicy: rules hold them against what each pod connects to (`scripts/manifests`).',
    '- Nothing came through an Ingress.',
    '- One zone, one broker, one database: what three of each survive is the promise of Kafka and PostgreSQL, and their operators.',
  ].join('\n');
}

function commands(blocks: readonly FactOf<'block'>[]): string {
  return table(
    ['page', 'block, its first line', 'digest'],
    blocks.map(({ page, command, digest }) => [
      `[${basename(page)}](${linkTo(page)})`,
      code(command),
      `\`${digest}\``,
    ]),
  );
}

/** From a page in docs/. */
function linkTo(page: string): string {
  return page.startsWith('docs/') ? page.slice('docs/'.length) : `../${page}`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
