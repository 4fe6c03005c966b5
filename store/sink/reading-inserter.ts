import type { ReadingChanges } from '../feed/append-readings.js';
import type { StoreMetrics } from '../metrics.js';
import type { PoolClient } from '../pool.js';
import { markSpans } from '../rollups/marks.js';
import { changedSpans } from './changed-spans.js';
import type { Verdict } from './classify-readings.js';
import { copyReadings, StoredAlreadyError } from './copy-readings.js';
import { divideRows, seriesOf, type Division, type SeriesOfBatch } from './divide-rows.js';
import { insertReadings } from './insert-readings.js';
import { NewestKnown } from './newest-known.js';
import { settleRepeats } from './settle-repeats.js';
import type { StagedRow } from './staged-row.js';
import { stage } from './staging.js';
import { upsertLatest } from './upsert-latest.js';

export interface Inserted {
  /** One for each row; null: all are new. */
  readonly verdicts: readonly Verdict[] | null;
  /** What became of the table `readings`. */
  readonly changes: ReadingChanges;
}

/** After a wrong guess nothing is taken for new for this long: each costs a flush. */
const CAREFUL_MS = 10_000;

/**
 * Brings the rows of a batch into `readings`, and what follows from them: latest values and marks. Rows later than all that
 * is stored of their series are copied straight in; the others are staged, and settled with what stands under their keys.
 * That is a guess which the primary key checks: a wrong one fails the flush, and costs nothing but time.
 */
export class ReadingInserter {
  private readonly newest = new NewestKnown();
  private carefulUntilMs = -Infinity;

  constructor(
    private readonly metrics: Pick<StoreMetrics, 'classified' | 'misjudged'>,
    private readonly now: () => number,
    private readonly takeForNew: boolean,
  ) {}

  /** In the transaction of the flush. @returns also what is to be called once that is committed. */
  async insert(
    client: PoolClient,
    rows: readonly StagedRow[],
    batchId: number,
  ): Promise<{ readonly inserted: Inserted; readonly committed: () => void }> {
    const series = seriesOf(rows);
    await this.newest.learn(client, series.keys());
    const division = this.isCareful() ? allUncertain(rows) : divideRows(rows, series, this.newest);
    const fresh = rowsAt(rows, division.fresh);
    if (fresh.length > 0) await copyReadings(client, fresh, batchId);
    const settled = await this.settle(client, rows, division, batchId);

    const standing = [...fresh, ...settled.standing];
    await upsertLatest(client, standing, (seriesId) => this.newest.of(seriesId));
    await markSpans(client, changedSpans([...standing, ...settled.conflicting]));
    const { inserted, replaced } = settled.changes;
    return {
      inserted: { verdicts: settled.verdicts, changes: { inserted: [...fresh, ...inserted], replaced } },
      committed: () => this.raise(series),
    };
  }

  /** What is believed to be stored may not be, or may not be all. */
  forget(): void {
    this.newest.forget();
  }

  /** A flush failed, of whatever cause. */
  failed(error: unknown): void {
    this.forget();
    if (!(error instanceof StoredAlreadyError)) return;
    this.metrics.misjudged.inc();
    this.carefulUntilMs = this.now() + CAREFUL_MS;
  }

  private isCareful(): boolean {
    return !this.takeForNew || this.now() < this.carefulUntilMs;
  }

  private async settle(
    client: PoolClient,
    rows: readonly StagedRow[],
    { uncertain }: Division,
    batchId: number,
  ): Promise<
    Inserted & { readonly standing: readonly StagedRow[]; readonly conflicting: readonly StagedRow[] }
  > {
    const staged = rowsAt(rows, uncertain);
    const allNew = {
      verdicts: null,
      standing: staged,
      conflicting: [],
      changes: { inserted: staged, replaced: [] },
    };
    if (staged.length === 0) return allNew;
    await stage(client, staged);
    const inserted = await insertReadings(client, batchId);
    if (inserted === staged.length) return allNew;
    this.metrics.classified.inc();
    const { verdicts, standing, changes } = await settleRepeats(client, staged, batchId, inserted);
    const all = new Array<Verdict>(rows.length).fill('new');
    uncertain.forEach((ord, index) => (all[ord] = verdicts[index] ?? 'duplicate'));
    return {
      verdicts: all,
      standing: rowsAt(staged, standing),
      conflicting: staged.filter((_, index) => verdicts[index] === 'conflicting'),
      changes,
    };
  }

  private raise(series: ReadonlyMap<number, SeriesOfBatch>): void {
    for (const [seriesId, { newestMs }] of series) this.newest.raise(seriesId, newestMs);
  }
}

const allUncertain = (rows: readonly StagedRow[]): Division => ({ fresh: [], uncertain: [...rows.keys()] });

function rowsAt(rows: readonly StagedRow[], ords: readonly number[]): StagedRow[] {
  const found: StagedRow[] = [];
  for (const ord of ords) {
    const row = rows[ord];
    if (row !== undefined) found.push(row);
  }
  return found;
}
