import { storedReadings } from '../compaction/stored-readings.js';
import type { Query } from '../read/read-database.js';
import { storedReadingColumns, type StoredReading } from '../read/stored-reading.js';
import { timeParameter } from '../read/time-parameter.js';

/** Which readings of a charge point: by their own time, half-open, ms since 1970 UTC. */
export interface Around {
  readonly chargePointId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** A value with when it came. */
export interface ArrivedReading extends StoredReading {
  /** When the gateway heard it (first). */
  readonly receivedAt: Date;
}

/** A reading of a session whose place isn't told yet. */
export interface WaitingAround extends Pick<
  ArrivedReading,
  'measurand' | 'phase' | 'location' | 'unit' | 'context' | 'timestamp' | 'value' | 'receivedAt'
> {
  readonly transactionId: string;
}

const ORDER = 'order by r.ts, r.series_id, r.context';
const statement = (table: string, order: string): string => `
  select r.received_at as "receivedAt", ${storedReadingColumns('r')}
  from ${table} r
  join series s on s.id = r.series_id
  join contexts c on c.id = r.context
  where r.series_id = any (array(select id from series where charge_point_id = $1))
    and r.ts >= $2::timestamptz and r.ts < $3::timestamptz
  ${order} limit $4`;

const READINGS = storedReadings({
  columns: ['series_id', 'ts', 'context', 'value', 'transaction_id', 'quality', 'received_at'],
  series: '= any (array(select id from series where charge_point_id = $1))',
  from: '$2::timestamptz',
  to: '$3::timestamptz',
});

/** Plan: the days in range by their primary keys (series_id, ts, context), compacted ones by theirs; other days are pruned. */
const STANDING = statement(READINGS, ORDER);
const LOSING = statement('reading_conflicts', `${ORDER}, r.value`);
const WAITING = `
  select w.measurand, w.phase, w.location, w.unit, w.context, w.ts as timestamp, w.value,
    t.external_id as "transactionId", w.received_at as "receivedAt"
  from transactions t join waiting_readings w on w.transaction_id = t.id
  where t.charge_point_id = $1 and w.ts >= $2::timestamptz and w.ts < $3::timestamptz
  order by w.ts limit $4`;

const valuesOf = ({ chargePointId, fromMs, toMs, limit }: Around): unknown[] => [
  chargePointId,
  timeParameter(fromMs),
  timeParameter(toMs),
  limit,
];

/** What stands in the table. */
export function readStandingAround(query: Query, around: Around): Promise<ArrivedReading[]> {
  return query<ArrivedReading>(STANDING, valuesOf(around));
}

/** What lost against what stands. */
export function readLosingAround(query: Query, around: Around): Promise<ArrivedReading[]> {
  return query<ArrivedReading>(LOSING, valuesOf(around));
}

/** What waits for the message that tells where its session takes place. */
export function readWaitingAround(query: Query, around: Around): Promise<WaitingAround[]> {
  return query<WaitingAround>(WAITING, valuesOf(around));
}
