import { int32s } from '../copy/binary-array.js';
import { dayOf, isoDate, type Day } from '../partitions.js';
import type { PoolClient } from '../pool.js';
import { HOLD_HORIZON, horizonOf } from '../retention/horizons.js';
import { holdDays } from './day-lock.js';
import { decoded, READING_COLUMNS } from './stored-readings.js';

/**
 * Days from the one before yesterday on are never compacted. A day more than that is left, since the clocks of two machines tell midnight
 * at different moments.
 */
export const YOUNGEST_COMPACTED_DAYS = 3;
const NEVER_COMPACTED_DAYS = 2;

const DAY_MS = 86_400_000;

/** The horizon was raised since the batch was resolved: it is resolved anew, and what is too old now is refused. */
export class HorizonRaisedError extends Error {
  /** serialization_failure: the same batch may succeed. */
  readonly code = '40001';

  constructor() {
    super('readings are older than what is kept');
  }
}

type Held = [
  unknown,
  Parameters<typeof horizonOf>[0],
  { readonly rows: readonly { readonly day: string }[] },
];

interface Place {
  readonly seriesId: number;
  /** ms since 1970 UTC. */
  readonly timestampMs: number;
}

/** A row of a key that is there again was written by code that knew nothing of this: what came later is settled with it as ever. */
export const THAW = `
  with gone as (
    delete from compacted_readings c using unnest($1::integer[], $2::date[]) as u (series_id, day)
    where c.series_id = u.series_id and c.day = u.day
    returning c.*
  )
  insert into readings (${READING_COLUMNS.join(', ')})
  select ${READING_COLUMNS.map((column) => `d.${column}`).join(', ')} from gone c ${decoded(READING_COLUMNS)}
  order by d.series_id, d.ts, d.context
  on conflict (series_id, ts, context) do nothing`;

/**
 * Makes sure that what stands in the days of these series is rows of `readings`, until the transaction ends: late readings take the same
 * way as all others. Costs nothing for those of today, and one question for older ones.
 *
 * @returns readings that were brought back.
 * @throws HorizonRaisedError
 */
export async function thawDays(
  client: PoolClient,
  rows: Iterable<Place>,
  nowMs: number = Date.now(),
): Promise<number> {
  const youngest = dayOf(nowMs) - NEVER_COMPACTED_DAYS;
  const old = new Map<Day, Set<number>>();
  for (const { seriesId, timestampMs } of rows) {
    const day = dayOf(timestampMs);
    if (day > youngest) continue;
    const series = old.get(day);
    if (series === undefined) old.set(day, new Set([seriesId]));
    else series.add(seriesId);
  }
  if (old.size === 0) return 0;
  const days = [...old.keys()].sort((a, b) => a - b);
  // One round trip of three statements: what was committed before the lock was ours is seen by the next ones only.
  const held = await client.query(
    `${holdDays(days)}; ${HOLD_HORIZON};
     select day::text from compacted_days where day = any ('{${days.map(isoDate).join()}}'::date[])`,
  );
  const [, horizon, compacted] = held as unknown as Held;
  if ((days[0] ?? 0) < horizonOf(horizon) / DAY_MS) throw new HorizonRaisedError();
  if (compacted.rows.length === 0) return 0;
  const places = compacted.rows.flatMap(({ day }) =>
    [...(old.get(dayOf(Date.parse(day))) ?? [])].sort((a, b) => a - b).map((seriesId) => ({ seriesId, day })),
  );
  const { rowCount } = await client.query(THAW, [
    int32s(places.map(({ seriesId }) => seriesId)),
    places.map(({ day }) => day),
  ]);
  return rowCount ?? 0;
}
