import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';

export interface LedgerComparison {
  /** Lines of the ledgers: a reading that was acknowledged twice has two. */
  readonly lines: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly doubled: number;
  /** Stored without an acknowledgement that arrived, as when a connection was lost in between. Sent again, they are no loss. */
  readonly unacknowledged: number;
  /** Some of the lost and doubled, as the ledger has them. */
  readonly examples: readonly string[];
}

/** What makes a reading, by the names of the ledger. */
const KEY =
  '"chargePointId", "evseId", "connectorId", measurand, phase, location, unit, context, "timestamp", value, "transactionId"';

/** A line is a value of CSV whose quotes and commas are characters that JSON can't have. */
const COPY = String.raw`copy ledger_line (line) from stdin (format csv, delimiter e'\x02', quote e'\x01')`;

const ACKNOWLEDGED = `
  create temp table acknowledged as
  select distinct "chargePointId", "evseId", "connectorId", measurand, phase, location, unit, context, "timestamp", value,
         coalesce("transactionId", '') as "transactionId"
    from ledger_line, json_to_record(line::json) as reading(
         "chargePointId" text, "evseId" int, "connectorId" int, measurand text, phase text, location text, unit text,
         context text, "timestamp" timestamptz, value double precision, "transactionId" text)`;

const COMPARED = `
  create temp table compared as
  with stored as (
    select s.charge_point_id as "chargePointId", s.evse_id::int as "evseId", s.connector_id::int as "connectorId",
           s.measurand, s.phase, s.location, s.unit, c.name as context, r.ts as "timestamp",
           r.value::double precision as value, coalesce(t.external_id, '') as "transactionId", count(*) as copies
      from readings r join series s on s.id = r.series_id join contexts c on c.id = r.context
      left join transactions t on t.id = r.transaction_id
     group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
  select acknowledged.*, coalesce(copies, 0) as copies from acknowledged left join stored using (${KEY})`;

const RESULT = `
  select (select count(*) from ledger_line) as lines,
         (select count(*) from readings) as stored,
         count(*) as acknowledged,
         count(*) filter (where copies = 0) as lost,
         count(*) filter (where copies > 1) as doubled,
         coalesce(sum(copies), 0) as matched
    from compared`;

/** Holds the ledgers against the table of readings: each acknowledged one is there, once. */
export async function compareLedger(
  databaseUrl: string,
  ledgers: readonly string[],
): Promise<LedgerComparison> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("set work_mem = '256MB'");
    await client.query('create temp table ledger_line (line text)');
    for (const ledger of ledgers) await pipeline(createReadStream(ledger), client.query(from(COPY)));
    await client.query(ACKNOWLEDGED);
    await client.query(COMPARED);
    const { rows } = await client.query<Record<string, string>>(RESULT);
    const number = (name: string): number => Number(rows[0]?.[name]);
    const examples = await client.query<{ reading: string }>(
      'select row_to_json(compared)::text as reading from compared where copies <> 1 limit 5',
    );
    return {
      lines: number('lines'),
      acknowledged: number('acknowledged'),
      stored: number('stored'),
      lost: number('lost'),
      doubled: number('doubled'),
      unacknowledged: number('stored') - number('matched'),
      examples: examples.rows.map(({ reading }) => reading),
    };
  } finally {
    await client.end();
  }
}
