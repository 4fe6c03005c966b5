import { storedReadings } from '../compaction/stored-readings.js';
import type { Query } from './read-database.js';

/** What makes readings one message of a charge point: they were sampled at one instant, connector and session. */
export interface MessageKey {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly timestamp: Date;
  /** The store's own number of the session; null when there is none. */
  readonly transactionId: number | null;
  /** As the charge point names it. */
  readonly externalId: string | null;
}

/** Of a reading that a message must have; null: whatever it is. */
export interface SampleFilter {
  readonly measurand: string | null;
  readonly unit: string | null;
  readonly contextId: number | null;
  /** In the base unit. */
  readonly value: number | null;
}

/** Some charge points over some time, half-open. */
export interface MessageArea {
  readonly chargePointIds: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MessageKeysQuestion {
  readonly area: MessageArea;
  readonly filter: SampleFilter;
  /** Readings to look at; null: all of the area. */
  readonly maxReadings: number | null;
  /** Which of the messages to give, in their order. */
  readonly skip: number;
  readonly take: number;
}

export interface MessageKeys {
  /** Series that were searched. */
  readonly series: number;
  /** Readings that were looked at; when there are `maxReadings` of them, the rest of the answer means nothing. */
  readonly looked: number;
  /** Messages of the area with such a reading. */
  readonly found: number;
  readonly keys: readonly MessageKey[];
}

type Row = Omit<MessageKeys, 'keys'> & (MessageKey | { readonly chargePointId: null });

const READINGS = storedReadings({
  columns: ['ts', 'context', 'value', 'transaction_id'],
  series: '= s.id',
  from: '$6::timestamptz',
  to: '$7::timestamptz',
});

/**
 * Expected plan: a nested loop from the series of the charge points (by their unique index) to index scans of the primary
 * keys of the days in range and of compacted days, cut off by the limit; other days are pruned when planning.
 */
const SQL = `
  with asked as materialized (
    select id, charge_point_id, evse_id, connector_id
    from series
    where charge_point_id = any($1::text[])
      and ($2::text is null or measurand = $2)
      and ($3::text is null or unit = $3)
  ),
  looked as materialized (
    select s.charge_point_id, s.evse_id, s.connector_id, r.ts, r.transaction_id,
      ($4::smallint is null or r.context = $4) and ($5::float8 is null or r.value = $5) as matches
    from asked s
    cross join lateral ${READINGS} r
    limit $8
  ),
  messages as materialized (
    select m.*, t.external_id
    from (
      select distinct charge_point_id, evse_id, connector_id, ts, transaction_id from looked where matches
    ) m
    left join transactions t on t.id = m.transaction_id
  )
  select counts.*, page.charge_point_id as "chargePointId", page.evse_id as "evseId",
    page.connector_id as "connectorId", page.ts as timestamp, page.transaction_id as "transactionId",
    page.external_id as "externalId"
  from (
    select (select count(*) from asked) as series, (select count(*) from looked) as looked,
      (select count(*) from messages) as found
  ) counts
  left join lateral (
    select * from messages
    order by charge_point_id, ts, evse_id, connector_id, external_id nulls first
    offset $9 limit $10
  ) page on true
  order by page.charge_point_id, page.ts, page.evse_id, page.connector_id, page.external_id nulls first`;

/** The messages of an area in the order (charge point, timestamp, EVSE, connector, session). */
export async function readMessageKeys(query: Query, question: MessageKeysQuestion): Promise<MessageKeys> {
  const { area, filter } = question;
  const rows = await query<Row>(SQL, [
    area.chargePointIds,
    filter.measurand,
    filter.unit,
    filter.contextId,
    filter.value,
    new Date(area.fromMs).toISOString(),
    new Date(area.toMs).toISOString(),
    question.maxReadings,
    question.skip,
    question.take,
  ]);
  const [first] = rows;
  if (first === undefined) throw new Error('counts are one row even when nothing was counted');
  const { series, looked, found } = first;
  // A page of nothing is one row of counts alone.
  const keys = rows.filter((row): row is Row & MessageKey => row.chargePointId !== null);
  return { series, looked, found, keys };
}
