import { thawDays } from '../compaction/thaw-days.js';
import type { ReadingChanges } from '../feed/append-readings.js';
import type { StoreMetrics } from '../metrics.js';
import type { PoolClient } from '../pool.js';
import { markSpans } from '../rollups/marks.js';
import { changedSpans, spansOfSeries } from './changed-spans.js';
import type { Verdict } from './classify-readings.js';
import { copyReadings, StoredAlreadyError } from './copy-readings.js';
import { divideRows, rowsBySeries, type Division, type SeriesRows } from './divide-rows.js';
import { insertReadings } from './insert-readings.js';
import { NewestKnown } from './newest-known.js';
import { settleRepeats } from './settle-repeats.js';
import type { StagedRow } from './staged-row.js';
import { newestOfEachSeries, upsertLatest } from './upsert-latest.js';

export interface Inserted {
  /** One for each row; null: all are new. */
  readonly verdicts: readonly Verdict[] | null;
  /** What became of the table `readings`. */
  readonly changes: ReadingChanges;
}

interface Settled extends Inserted {
  /** Rows that were offered and went in, or now stand. */
  readonly standing: readonly StagedRow[];
  /** Rows that told another value of a key. */
  readonly conflicting: readonly StagedRow[];
}

const NOTHING_KNOWN = { of: () => undefined };

/** After a wrong guess nothing is taken for new for this long: each costs a flush. */
const CAREFUL_MS = 10_000;

/**
 * Brings the rows of a batch into `readings`, and what follows from them: latest values and marks. Rows later than all that
 * is stored of their series are copied straight in; the others are offered by INSERT, and settled with what stands under their keys.
 * That is a guess which the primary key checks: a wrong one fails the flush, and costs nothing but time.
 */
export class ReadingInserter {
  private readonly newest = new NewestKnown();
  private carefulUntilMs = -Infinity;

  constructor(
    private readonly metrics: Pick<StoreMetrics, 'classified' | 'misjudged' | 'thawed'>,
    private readonly now: () => number,
    private readonly takeForNew: boolean,
  ) {}

  /** In the transaction of the flush. @returns also what is to be called once that is committed. */
  async insert(
    client: PoolClient,
    rows: readonly StagedRow[],
    batchId: number,
  ): Promise<{ readonly inserted: Inserted; readonly committed: () => void }> {
    const thawed = await thawDays(client, rows);
    if (thawed > 0) this.metrics.thawed.inc(thawed);
    const series = rowsBySeries(rows);
    await this.newest.learn(client, series.keys());
    const division = divideRows(series, this.isCareful() ? NOTHING_KNOWN : this.newest);
    if (division.fresh.length > 0) await copyReadings(client, division.fresh, batchId);
    const settled = await this.settle(client, rows, division, batchId);

    const { regular } = division;
    const irregular = [...division.irregular, ...settled.standing];
    const newest = [...regular.flatMap((of) => of.slice(-1)), ...newestOfEachSeries(irregular)];
    await upsertLatest(client, newest, (seriesId) => this.newest.of(seriesId));
    const changed = changedSpans([...irregular, ...settled.conflicting]);
    await markSpans(client, [...regular.flatMap(spansOfSeries), ...changed]);
    return {
      inserted: settled,
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
  ): Promise<Settled> {
    const offered = uncertain.size === 0 ? [] : rows.filter((row) => uncertain.has(row));
    const allNew = {
      verdicts: null,
      standing: offered,
      conflicting: [],
      changes: { inserted: rows, replaced: [] },
    };
    if (offered.length === 0) return allNew;
    const inserted = await insertReadings(client, offered, batchId);
    if (inserted === offered.length) return allNew;
    this.metrics.classified.inc();
    const { verdicts, standing, changes } = await settleRepeats(client, offered, batchId, inserted);
    const verdictOf = new Map(offered.map((row, ord) => [row, verdicts[ord] ?? 'duplicate']));
    const fresh = rows.filter((row) => !uncertain.has(row));
    return {
      verdicts: rows.map((row) => verdictOf.get(row) ?? 'new'),
      standing,
      conflicting: offered.filter((_, ord) => verdicts[ord] === 'conflicting'),
      changes: { ...changes, inserted: [...fresh, ...changes.inserted] },
    };
  }

  private raise(series: ReadonlyMap<number, SeriesRows>): void {
    for (const [seriesId, { newestMs }] of series) this.newest.raise(seriesId, newestMs);
  }
}
