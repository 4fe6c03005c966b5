import type { Breakdown } from '../figure.js';
import type { FillResult } from '../floors/copy-merge.js';
import { spread } from '../statistics.js';
import type { AloneResult } from '../subjects/sink-alone.js';
import type { Drained, Stage } from '../subjects/worker.js';
import type { Share } from './profile-shares.js';

/** What all rounds of the suite came to; by connections where there are several, one entry a round. */
export interface Measured {
  readonly stages: Map<Stage, Drained[]>;
  readonly floors: Map<number, FillResult[]>;
  readonly stored: Map<number, Drained[]>;
  readonly alone: Map<number, AloneResult[]>;
  readonly poisoned: Drained[];
}

/** Those before the sink. */
export const STAGES: readonly { readonly stage: Stage; readonly title: string }[] = [
  { stage: 'consume', title: 'consume from Kafka' },
  { stage: 'judge', title: '+ decode and flatten' },
  { stage: 'buffer', title: '+ batch' },
];

/** What a row costs, stage by stage. */
export function stageTable({ stages, floors, stored }: Measured): Breakdown {
  // Per message, since all stages see the same ones and the first doesn't know of readings.
  const [first] = stored.get(1) ?? [];
  const messagesPerRow = (first?.messages ?? 0) / (first?.readings ?? 1);
  const line = (title: string, runs: readonly Drained[], isStored: boolean): string[] => {
    const perRow = (secondsOf: (run: Drained) => number): string =>
      median(runs.map((run) => (secondsOf(run) / run.messages) * messagesPerRow * 1e6)).toFixed(2);
    const busy = median(runs.map(({ busySeconds, seconds }) => busySeconds / seconds)) * 100;
    return [
      title,
      perRow(({ seconds }) => seconds),
      perRow(({ cpuSeconds }) => cpuSeconds),
      isStored ? `${busy.toFixed(0)}%` : '',
    ];
  };
  return {
    title: 'Where the time goes, each stage with all above it',
    headings: ['stage', 'µs a row', 'µs of worker CPU a row', 'sink busy'],
    lines: [
      ...STAGES.map(({ stage, title }) => line(title, stages.get(stage) ?? [], false)),
      ...[...stored].map(([flushes, runs]) =>
        line(`+ store, with all bookkeeping; flushes in flight: ${flushes}`, runs, true),
      ),
      ...[...floors].map(([connections, fills]) => [
        `the floor: COPY + INSERT; connections: ${connections}`,
        median(fills.map(({ rows, seconds }) => (seconds / rows) * 1e6)).toFixed(2),
        '',
        '',
      ]),
    ],
  };
}

/** What a row costs, by what its statements are for: as long as each of them took, answer included. */
export function purposeTable({ alone }: Measured): Breakdown {
  const columns = [...alone];
  const [first] = columns[0]?.[1] ?? [];
  const titles = (first?.statements.purposes ?? []).map(({ title }) => title);
  const perRow = (runs: readonly AloneResult[], title: string): string =>
    median(
      runs.map(({ rows, statements: { purposes } }) => {
        const spent = purposes.find((purpose) => purpose.title === title);
        return ((spent?.seconds ?? 0) / rows) * 1e6;
      }),
    ).toFixed(2);
  return {
    title: 'The sink’s statements alone, µs a row until each is answered, of all connections together',
    headings: ['statement', ...columns.map(([connections]) => `connections: ${connections}`)],
    lines: titles.map((title) => [title, ...columns.map(([, runs]) => perRow(runs, title))]),
  };
}

/** What the worker's process did while it was busy. */
export function shareTable(shares: readonly Share[]): Breakdown {
  return {
    title:
      'The worker’s process in one more run, profiled: share of the time in which it was busy, warm-up included',
    headings: ['what for', '%'],
    lines: shares.map(({ title, percent }) => [title, percent.toFixed(1)]),
  };
}

const median = (values: readonly number[]): number => spread(values).median;
