import { copyRows } from '../copy/copy.js';
import { RowWriter } from '../copy/row-writer.js';
import type { PoolClient } from '../pool.js';
import type { Audit, Place } from './audit.js';
import { COLUMNS, LEVELS, writeRow, type Level, type RollupRow } from './rollup-row.js';

interface Gone {
  readonly seriesIds: number[];
  readonly buckets: Date[];
}

/** Rows of aggregates that are other than what is stored, encoded as they come. Each is told once. */
export class ChangedRollups {
  private readonly new = LEVELS.map((_, level) => new RowWriter(level === 0 ? 19 : 18));
  private readonly other = new RowWriter(20);
  private readonly others = [0, 0, 0];
  private readonly lost: readonly Gone[] = LEVELS.map(() => ({ seriesIds: [], buckets: [] }));
  private readonly places: readonly Place[][] = LEVELS.map(() => []);
  private readonly daysOf = new Map<string, Set<number>>();
  /** Series and days of which there is a row now, and was none, or the other way round. */
  readonly cameOrWent: { readonly seriesId: number; readonly dayMs: number }[] = [];

  /** @param audit hears where rows differed, when they are written. */
  constructor(
    private readonly chargePointOf: (seriesId: number) => string,
    private readonly audit: Audit | null,
  ) {}

  /** Of which charge points and UTC days anything changed. */
  get days(): { readonly chargePointId: string; readonly dayMs: number }[] {
    return [...this.daysOf].flatMap(([chargePointId, days]) =>
      [...days].map((dayMs) => ({ chargePointId, dayMs })),
    );
  }

  added(level: Level, seriesId: number, row: RollupRow): void {
    const writer = this.new[level];
    if (writer === undefined) return;
    writeRow(writer.row(), seriesId, row);
    if (level === 0) writer.int32OrNull(row.energySamples);
    this.note(level, seriesId, row.bucketMs, true);
  }

  changed(level: Level, seriesId: number, row: RollupRow): void {
    writeRow(this.other.row().int32(level), seriesId, row);
    this.other.int32OrNull(row.energySamples);
    this.others[level] = (this.others[level] ?? 0) + 1;
    this.note(level, seriesId, row.bucketMs, false);
  }

  gone(level: Level, seriesId: number, bucketMs: number): void {
    this.lost[level]?.seriesIds.push(seriesId);
    this.lost[level]?.buckets.push(new Date(bucketMs));
    this.note(level, seriesId, bucketMs, true);
  }

  /** A day is to be taken as if it had come now. */
  doubted(seriesId: number, dayMs: number): void {
    this.cameOrWent.push({ seriesId, dayMs });
  }

  /** Answers how many rows were written or removed. Nobody else writes rows of these series meanwhile. */
  async write(client: PoolClient): Promise<number> {
    let rows = this.other.rows;
    await copyRows(client, 'changed_rollups', this.other);
    for (const [level, table] of LEVELS.entries()) {
      const { seriesIds = [], buckets = [] } = this.lost[level] ?? {};
      const added = this.new[level];
      this.audit?.differed(table, this.places[level] ?? []);
      rows += seriesIds.length + (added?.rows ?? 0);
      if (seriesIds.length > 0) await client.query(DELETE(table), [seriesIds, buckets]);
      if ((this.others[level] ?? 0) > 0) await client.query(UPDATE(table, level));
      if (added !== undefined) await copyRows(client, `${table} (${columnsOf(level).join(', ')})`, added);
    }
    return rows;
  }

  private note(level: Level, seriesId: number, bucketMs: number, isCameOrWent: boolean): void {
    const dayMs = Math.floor(bucketMs / DAY_MS) * DAY_MS;
    const chargePointId = this.chargePointOf(seriesId);
    const known = this.daysOf.get(chargePointId);
    if (known === undefined) this.daysOf.set(chargePointId, new Set([dayMs]));
    else known.add(dayMs);
    if (this.audit !== null) this.places[level]?.push({ seriesId, ms: bucketMs });
    if (level === 2 && isCameOrWent) this.cameOrWent.push({ seriesId, dayMs });
  }
}

const DAY_MS = 86_400_000;

const columnsOf = (level: number): readonly string[] => [
  ...COLUMNS,
  ...(level === 0 ? ['energy_samples'] : []),
];

const DELETE = (table: string): string =>
  `delete from ${table} r using unnest($1::integer[], $2::timestamptz[]) as u (series_id, bucket)
   where r.series_id = u.series_id and r.bucket = u.bucket`;

const UPDATE = (table: string, level: number): string => {
  const [, , ...values] = columnsOf(level);
  return `
    update ${table} r set ${values.map((column) => `${column} = c.${column}`).join(', ')}
    from changed_rollups c where c.level = ${level} and r.series_id = c.series_id and r.bucket = c.bucket`;
};
