import type pg from 'pg';
import type { Ledger } from './ledger.js';
import { NUMBER_SQL, numberOf } from './unique-readings.js';

export interface Comparison {
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged, and not in the table. */
  readonly missing: number;
  /** In the table, and not as it was sent: another charge point, another time, or a number that nobody sent or that comes twice. */
  readonly foreign: number;
}

/** One client of several: it numbers its readings `first`, `first + step`, and so on. */
export interface Numbering {
  readonly first: number;
  readonly step: number;
}

interface Row {
  readonly charge_point_id: string;
  readonly at: number;
  readonly value: number;
}

const ROWS_AT_ONCE = 20_000;

/** Holds a client's rows of the table of readings against its ledger, one by one. @param prefix of charge points' ids, before their numbers. */
export async function compareLedger(
  client: pg.Client,
  ledger: Ledger,
  { first, step }: Numbering,
  prefix: string,
): Promise<Comparison> {
  const stored = new Uint8Array(ledger.sent);
  const sent = [...ledger.entries()];
  let [rows, foreign] = [0, 0];
  await client.query('begin');
  await client.query(`declare stored no scroll cursor for
    select s.charge_point_id, (extract(epoch from r.ts) * 1000)::float8 as at, r.value
      from readings r join series s on s.id = r.series_id
     where mod(${NUMBER_SQL}, ${step}) = ${first}`);
  for (;;) {
    const { rows: some } = await client.query<Row>(`fetch ${ROWS_AT_ONCE} from stored`);
    if (some.length === 0) break;
    for (const { charge_point_id: id, at, value } of some) {
      rows++;
      const place = (numberOf(value) - first) / step;
      const [socket, sentAt] = sent[place] ?? [];
      if (id === `${prefix}${socket}` && at === sentAt && stored[place] === 0) stored[place] = 1;
      else foreign++;
    }
  }
  await client.query('commit');
  const acknowledged = sent.filter(([, , isAcknowledged]) => isAcknowledged).length;
  const missing = sent.filter(([, , isAcknowledged], place) => isAcknowledged && stored[place] !== 1).length;
  return { acknowledged, stored: rows, missing, foreign };
}
