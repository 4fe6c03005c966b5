import { createHash } from 'node:crypto';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { RollupPass } from '../../server/rollups/rollup-pass.js';
import { readBacklog, shardsWithMarks } from '../../store/rollups/marks.js';
import { compactDays } from '../../store/compaction/compact-days.js';
import { ALL_STORED_READINGS } from '../../store/compaction/stored-readings.js';
import type { Pool } from '../../store/pool.js';
import { inShard } from '../../store/rollups/shard.js';
import type { Arrival } from '../reference/generate-arrival.js';
import type { PlannedEdit, SentMessage } from '../reference/generate-messages.js';
import { seriesText, type Aggregates, type Facts } from '../reference/model.js';
import { readAggregates } from '../reference/read-aggregates.js';
import { readFacts, SERIES_COLUMNS, seriesOf, type SeriesColumns } from '../reference/read-facts.js';
import { EditDesk } from './edit-desk.js';
import { Feeder, message, openStore, type Store } from './store-harness.js';

export interface Played {
  readonly facts: Facts;
  readonly aggregates: Aggregates;
  readonly transactions: readonly TransactionRow[];
  /** Series by their natural keys, and the energy of their estimates. */
  readonly estimated: readonly { readonly series: string; readonly wh: number }[];
  /** Of all that is stored of aggregates, by natural keys. */
  readonly digest: string;
  /** The same of readings, of what lost against them, and of the newest. */
  readonly readings: readonly string[];
}

export interface TransactionRow {
  readonly chargePointId: string;
  readonly transaction: string;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly isEnded: boolean;
}

/** Every database has partitions for the days of all its worlds. */
const WORLDS_PER_DATABASE = 150;
const MOST_PASSES = 500;
/** Nothing that is sent is in the future. */
const NOW = Date.UTC(2027, 0);

interface Opened {
  readonly store: Store;
  /** Of two workers, each with a partition of its own. */
  readonly feeders: readonly [Feeder, Feeder];
  /** They live on from world to world, with what they remember, as in workers. */
  readonly passes: readonly [RollupPass, RollupPass];
}

/** A database in which worlds are played one after the other: each has charge points of its own. */
export class OracleDatabase {
  private opened: Opened | null = null;
  private worlds = 0;

  async close(): Promise<void> {
    await this.opened?.store.close();
    this.opened = null;
  }

  /** Stores the messages as they arrive, edits, computes between, beside and after them, and reads what came of it. */
  async play(
    messages: readonly SentMessage[],
    edits: readonly PlannedEdit[],
    arrival: Arrival,
    { compacts = false }: { readonly compacts?: boolean } = {},
  ): Promise<Played> {
    if (this.worlds++ % WORLDS_PER_DATABASE === 0) await this.close();
    const opened = (this.opened ??= await open());
    const { pool } = opened.store;
    const prefix = `W${this.worlds}-`;
    const all = inOrder(messages, arrival).map((each) => named(each, prefix));
    const desk = new EditDesk(pool, prefix, edits, arrival.edits);
    let turn = 0;
    for (let from = 0; from < all.length; turn++) {
      const plan = arrival.flushes[turn % arrival.flushes.length];
      if (plan === undefined) throw new Error('no flush is planned');
      const { passes, buckets } = plan;
      const feeder = opened.feeders[plan.worker];
      await desk.edit((100 * from) / all.length);
      const batch = all
        .slice(from, from + plan.messages)
        .map(({ chargePointId, readings, session }, index) =>
          message(feeder.position + index, readings, { chargePointId, session }),
        );
      from += plan.messages;
      const compacting = compacts ? compact(pool, turn) : null;
      const beside = passes === 'meanwhile' ? compute(opened, turn, buckets, 3) : null;
      await feeder.store(batch);
      await beside;
      await compacting;
      if (passes === 'one') await compute(opened, turn, buckets, 1);
      if (passes === 'some') await compute(opened, turn, buckets, 5);
      if (passes === 'all') await drain(opened, turn);
    }
    await desk.edit(100);
    await drain(opened, turn);
    if (compacts) await compact(pool, WHOLE);
    await desk.edit(Infinity);
    await drain(opened, turn);
    if (compacts) await compact(pool, WHOLE);
    return {
      facts: await readFacts(pool, prefix),
      aggregates: await readAggregates(pool, prefix),
      transactions: await readTransactions(pool, prefix),
      estimated: await readEstimated(pool, prefix),
      digest: await digestOf(pool, prefix),
      readings: await readRows(pool, prefix),
    };
  }
}

async function open(): Promise<Opened> {
  const store = await openStore();
  const feeder = (partition: number): Promise<Feeder> =>
    Feeder.claim(store.sink({ partitionsMax: 5_000, now: () => NOW }), partition);
  return {
    store,
    feeders: [await feeder(0), await feeder(1)],
    passes: [new RollupPass(), new RollupPass()],
  };
}

function inOrder(messages: readonly SentMessage[], { places, repeats }: Arrival): SentMessage[] {
  const ordered = messages
    .map((each, index) => ({ each, place: places[index % Math.max(1, places.length)] ?? 0 }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each);
  return [...ordered, ...repeats.flatMap((index) => messages[index % messages.length] ?? [])];
}

/** A few passes over whatever is marked. */
async function compute({ store, passes }: Opened, turn: number, buckets: number, times: number) {
  for (let time = turn; time < turn + times; time++) {
    const shards = await shardsWithMarks(store.pool);
    const shard = shards[time % Math.max(1, shards.length)];
    if (shard === undefined) return;
    const pass = passes[time % 2 === 0 ? 0 : 1];
    await inShard(store.pool, shard, (client) => pass.ofMarks(client, shard, buckets));
  }
}

async function drain(opened: Opened, turn: number): Promise<void> {
  for (let passes = 0; (await readBacklog(opened.store.pool)).marks > 0; passes++) {
    if (passes > MOST_PASSES) throw new Error('marks without end');
    await compute(opened, turn + passes, 100_000, 1);
  }
}

/** Not broken off. */
const WHOLE = 0;

/** Moves all days into their columnar form; every third time it is stopped in between, and every third time killed. */
async function compact(pool: Pool, turn: number): Promise<void> {
  const stop = new AbortController();
  const running = compactDays({
    pool,
    before: Infinity,
    signal: stop.signal,
    onProgress: () => {
      if (turn % 3 === 1) stop.abort();
    },
  });
  if (turn % 3 !== 2) {
    await running;
    return;
  }
  const ended = running.catch((error: unknown) => {
    if (!(error instanceof MeterpulseError)) throw error;
  });
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query like 'copy (delete from readings%'`,
  );
  await ended;
}

async function readRows(pool: Pool, prefix: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `select concat_ws('/', r.source, substr(s.charge_point_id, $2::integer), s.evse_id, s.connector_id, s.measurand, s.phase, s.location,
       s.unit, r.ts, c.name, r.value, r.quality, t.external_id) as line
     from (
       select 'readings' as source, series_id, ts, context, value, quality, transaction_id from ${ALL_STORED_READINGS} r
       union all
       select 'conflicts', series_id, ts, context, value, quality, transaction_id from reading_conflicts
       union all
       select 'latest', series_id, ts, context, value, quality, transaction_id from latest_readings
     ) r join series s on s.id = r.series_id join contexts c on c.id = r.context
       left join transactions t on t.id = r.transaction_id
     where starts_with(s.charge_point_id, $1)`,
    [prefix, prefix.length + 1],
  );
  return rows.map(({ line }) => line).sort();
}

async function readTransactions(pool: Pool, prefix: string): Promise<TransactionRow[]> {
  const { rows } = await pool.query<Omit<TransactionRow, 'firstMs' | 'lastMs'> & Times>(
    `select charge_point_id as "chargePointId", external_id as transaction, first_reading_at as first,
       last_reading_at as last, end_was_read as "isEnded"
     from transactions where starts_with(charge_point_id, $1)
     order by charge_point_id collate "C", external_id collate "C"`,
    [prefix],
  );
  return rows.map(({ first, last, ...row }) => ({
    ...row,
    firstMs: first?.getTime() ?? null,
    lastMs: last?.getTime() ?? null,
  }));
}

async function readEstimated(pool: Pool, prefix: string): Promise<Played['estimated']> {
  const { rows } = await pool.query<SeriesColumns & { readonly wh: number }>(
    `select ${SERIES_COLUMNS}, sum(e.energy) as wh from estimates e join series s on s.id = e.series_id
     where starts_with(s.charge_point_id, $1) group by s.id`,
    [prefix],
  );
  return rows.map(({ wh, ...series }) => ({ series: seriesText(seriesOf(series)), wh }));
}

const TABLES = [
  'rollup_15m',
  'rollup_1h',
  'rollup_1d',
  'register_evidence',
  'register_semantics',
  'estimates',
];
const ROWS = [
  // When a reading was received depends on the order here.
  `select r.series_id, to_jsonb(r) - array['id', 'series_id', 'detected_at'] as row from findings r where rule <> 'clock_drift'`,
  ...TABLES.map((table) => `select r.series_id, to_jsonb(r) - 'series_id' as row from ${table} r`),
  `select r.series_id,
     to_jsonb(r) - 'series_id' - 'transaction_id' || jsonb_build_object('transaction', t.external_id) as row
   from transaction_slices r left join transactions t on t.id = r.transaction_id`,
];

/** To the bit: what a number is made of must not depend on the order either. */
async function digestOf(pool: Pool, prefix: string): Promise<string> {
  const hash = createHash('sha256');
  for (const rows of ROWS) {
    const { rows: lines } = await pool.query<{ line: string }>(
      `select concat_ws('/', substr(s.charge_point_id, $2::integer), s.evse_id, s.connector_id, s.measurand, s.phase,
         s.location, s.unit, x.row::text) as line
       from (${rows}) x join series s on s.id = x.series_id
       where starts_with(s.charge_point_id, $1)`,
      [prefix, prefix.length + 1],
    );
    hash.update(JSON.stringify(lines.map(({ line }) => line).sort()));
  }
  hash.update(JSON.stringify(await readTransactions(pool, prefix)).replaceAll(prefix, ''));
  return hash.digest('hex');
}

interface Times {
  readonly first: Date | null;
  readonly last: Date | null;
}

function named({ chargePointId, readings, session }: SentMessage, prefix: string): SentMessage {
  return {
    chargePointId: `${prefix}${chargePointId}`,
    readings: readings.map((each) => ({ ...each, chargePointId: `${prefix}${each.chargePointId}` })),
    session,
  };
}
