import type { LiveFilter } from '../../../protocol/live/client-message.js';
import { qualityNames } from '../../../protocol/quality-names.js';
import { query } from '../system/log-ends.js';
import { readingKey, saidOf, seriesKey, standing } from './folded-state.js';

/** The tables as a subscriber of everything has to know them, read in one go by the test itself. */
export interface StoredTables {
  readonly readings: readonly StoredRow[];
  readonly latest: readonly StoredRow[];
  readonly chargePoints: readonly ChargePointRow[];
}

interface StoredRow {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  readonly ts: Date;
  readonly value: number;
  readonly transactionId: string | null;
  readonly bits: number;
  readonly site: string;
}

interface ChargePointRow {
  readonly id: string;
  readonly label: string;
  readonly site: string;
  readonly status: 'active' | 'held';
  readonly version: number;
}

const readings = (table: string): string => `
  select s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.connector_id as "connectorId", s.measurand, s.phase,
    s.location, s.unit, c.name as context, r.ts, r.value, t.external_id as "transactionId", r.quality as bits, p.site
  from ${table} r
  join series s on s.id = r.series_id
  join contexts c on c.id = r.context
  join charge_points p on p.id = s.charge_point_id
  left join transactions t on t.id = r.transaction_id`;

/** On a system that stores nothing meanwhile. */
export async function readStoredTables(databaseUrl: string): Promise<StoredTables> {
  return {
    readings: await query<StoredRow>(databaseUrl, readings('readings')),
    latest: await query<StoredRow>(databaseUrl, readings('latest_readings')),
    chargePoints: await query<ChargePointRow>(
      databaseUrl,
      `select id, label, site, status, version from charge_points where status <> 'retired'`,
    ),
  };
}

/** What of the tables is of a filter, in the terms of `FoldedState`. */
export interface ExpectedState {
  readonly readings: ReadonlyMap<string, string>;
  readonly latest: ReadonlyMap<string, string>;
  readonly chargePoints: ReadonlyMap<string, string>;
}

export function expectedState(tables: StoredTables, filter: LiveFilter): ExpectedState {
  const { chargePointIds, sites, measurands, kinds = ['reading', 'chargePoint'] } = filter;
  const isOf = (id: string, site: string): boolean =>
    (chargePointIds?.includes(id) ?? true) && (sites?.includes(site) ?? true);
  const wanted = (rows: readonly StoredRow[]): StoredRow[] =>
    kinds.includes('reading')
      ? rows.filter(
          (row) => isOf(row.chargePointId, row.site) && (measurands?.includes(row.measurand) ?? true),
        )
      : [];
  return {
    readings: new Map(wanted(tables.readings).map((row) => [readingKey(asTold(row)), standing(asTold(row))])),
    latest: new Map(
      wanted(tables.latest).map((row) => {
        const told = asTold(row);
        return [seriesKey(told), `${told.context} @ ${told.timestamp} = ${standing(told)}`];
      }),
    ),
    chargePoints: new Map(
      kinds.includes('chargePoint')
        ? tables.chargePoints.filter(({ id, site }) => isOf(id, site)).map((row) => [row.id, saidOf(row)])
        : [],
    ),
  };
}

function asTold({ ts, bits, ...row }: StoredRow) {
  return { ...row, timestamp: ts.toISOString(), quality: qualityNames(bits) };
}
