import type { LiveFilter } from '../../protocol/live/client-message.js';
import type { InitialData } from '../../protocol/live/server-message.js';
import { presentChargePoint } from '../../protocol/live/present-charge-point.js';
import { presentReading, type ReadingFacts } from '../../protocol/live/present-reading.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { withLabelOpened } from '../encryption/label.js';
import { CHARGE_POINT_COLUMNS, type ChargePoint } from '../read/charge-points.js';
import { readLatest } from '../read/latest-readings.js';
import { PLAN_AS_WRITTEN } from '../read/plan-as-written.js';
import type { Query } from '../read/read-database.js';
import type { StoredReading } from '../read/stored-reading.js';

export interface LiveSnapshotQuestion {
  readonly filter: LiveFilter;
  /** Sites whose charge points may be seen; null: all. */
  readonly sites: ReadonlySet<string> | null;
}

export type LiveSnapshotItem = InitialData['data'][number];

const CHARGE_POINTS_AT_ONCE = 100;
const READINGS_AT_ONCE = 5_000;

/** By the primary key. */
const CHARGE_POINTS = `
  select ${CHARGE_POINT_COLUMNS}
  from charge_points
  where ($1::text is null or id > $1) and ($2::text[] is null or id = any($2))
    and ($3::text[] is null or site = any($3)) and ($4::text[] is null or site = any($4))
  order by id
  limit ${CHARGE_POINTS_AT_ONCE}`;

/** As `readLatest`, of many at once and in no order. */
const LATEST = `
  select s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.connector_id as "connectorId", s.measurand,
    s.phase, s.location, s.unit, c.name as context, l.ts as timestamp, l.value, l.quality,
    (select external_id from transactions where id = l.transaction_id) as "transactionId"
  from unnest($1::text[]) as asked (id)
  join series s on s.charge_point_id = asked.id
  join latest_readings l on l.series_id = s.id
  join contexts c on c.id = l.context
  where $2::text[] is null or s.measurand = any($2)
  limit ${READINGS_AT_ONCE + 1}`;

/**
 * What is there of a subscription, in pages of at most some thousands: charge points that aren't retired, and the newest reading
 * of each series, also of retired ones. Run in one snapshot, with `readFeedHead` for the position that it is as of: by
 * `ReadDatabase.onPrimary().walk`.
 */
export async function* readLiveSnapshot(
  query: Query,
  { filter, sites }: LiveSnapshotQuestion,
): AsyncGenerator<readonly LiveSnapshotItem[]> {
  const kinds = new Set(filter.kinds ?? ['reading', 'chargePoint']);
  if (!kinds.has('reading') && !kinds.has('chargePoint')) return;
  await query(PLAN_AS_WRITTEN);
  const rule = [filter.chargePointIds ?? null, filter.sites ?? null, sites === null ? null : [...sites]];
  for (let after: string | null = null; ;) {
    const chargePoints: ChargePoint[] = await query<ChargePoint>(CHARGE_POINTS, [after, ...rule]);
    if (kinds.has('chargePoint'))
      yield chargePoints
        .filter(({ status }) => status !== 'retired')
        .map((row) => chargePointItem(withLabelOpened(fieldsOf(query), row)));
    const ids = chargePoints.map(({ id }) => id);
    if (kinds.has('reading')) yield* latestOf(query, ids, filter.measurands);
    if (ids.length < CHARGE_POINTS_AT_ONCE) return;
    after = ids.at(-1) ?? null;
  }
}

/** Halved until a page holds it: one charge point may have as many series as a hundred others. */
async function* latestOf(
  query: Query,
  ids: readonly string[],
  measurands: readonly string[] | undefined,
): AsyncGenerator<readonly LiveSnapshotItem[]> {
  const [chargePointId] = ids;
  if (chargePointId === undefined) return;
  const readings = await query<StoredReading>(LATEST, [ids, measurands ?? null]);
  if (readings.length <= READINGS_AT_ONCE) {
    yield readings.map(readingItem);
  } else if (ids.length === 1) {
    yield* latestOfOne(query, chargePointId, measurands);
  } else {
    const middle = ids.length >> 1;
    yield* latestOf(query, ids.slice(0, middle), measurands);
    yield* latestOf(query, ids.slice(middle), measurands);
  }
}

async function* latestOfOne(
  query: Query,
  chargePointId: string,
  measurands: readonly string[] | undefined,
): AsyncGenerator<readonly LiveSnapshotItem[]> {
  const wanted = measurands === undefined ? undefined : new Set(measurands);
  for (let after: StoredReading | undefined; ;) {
    const limit = READINGS_AT_ONCE;
    const readings: StoredReading[] = await readLatest(query, { chargePointId, after, limit });
    yield readings.filter(({ measurand }) => wanted?.has(measurand) !== false).map(readingItem);
    if (readings.length < limit) return;
    after = readings.at(-1);
  }
}

function chargePointItem(chargePoint: ChargePoint): LiveSnapshotItem {
  return { kind: 'chargePoint', ...presentChargePoint(chargePoint) };
}

function readingItem(reading: ReadingFacts): LiveSnapshotItem {
  return { kind: 'reading', ...presentReading(reading) };
}
