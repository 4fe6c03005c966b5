import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RollupLoop } from '../../server/rollups/rollup-loop.js';
import { readBacklog } from '../../store/rollups/marks.js';
import { until } from '../integrity/until.js';
import { Feeder, message, openStore, reading, T0, type Store } from './store-harness.js';

const CHARGE_POINTS = Array.from({ length: 60 }, (_, index) => `CP-${index}`);

let store: Store;
let feeder: Feeder;
beforeEach(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink());
});
afterEach(() => store.close());

/** Runs loops until `work` has ended. */
async function withLoops<T>(
  count: number,
  work: (registries: readonly Registry[]) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const registries = Array.from({ length: count }, () => new Registry());
  const running = registries.map((registry) =>
    new RollupLoop({
      pool: store.pool,
      intervalMs: 10,
      logger: pino({ level: 'silent' }),
      registry,
    }).run(stop.signal),
  );
  try {
    return await work(registries);
  } finally {
    stop.abort();
    await Promise.all(running);
  }
}

const flush = (round: number) =>
  feeder.store(
    CHARGE_POINTS.map((chargePointId, index) =>
      message(feeder.position + index, [
        reading({ chargePointId, timestampMs: T0 + round * 60_000, value: round * 100 }),
      ]),
    ),
  );
const marks = async (): Promise<number> => (await readBacklog(store.pool)).marks;
const drained = () => until('nothing is marked', async () => (await marks()) === 0);
const metric = async (registry: Registry, name: string): Promise<number> =>
  Number(new RegExp(`^${name} (.*)$`, 'm').exec(await registry.metrics())?.[1]);

describe('the rollup loop', () => {
  it('computes what is marked while more comes, in any number of processes, and tells how far behind it is', async () => {
    await flush(0);
    expect(await marks()).toBeGreaterThan(8);
    await withLoops(3, async (registries) => {
      for (let round = 1; round < 10; round++) await flush(round);
      await drained();
      const spans = await Promise.all(
        registries.map((each) => metric(each, 'meterpulse_rollups_spans_total')),
      );
      expect(spans.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(CHARGE_POINTS.length);
      for (const registry of registries) {
        expect(await metric(registry, 'meterpulse_rollups_freshness_seconds')).toBe(0);
        expect(await metric(registry, 'meterpulse_rollups_failures_total')).toBe(0);
      }
    });
    const { rows } = await store.pool.query<{ count: number; wh: number }>(
      'select sum(count)::integer as count, sum(measured_wh) as wh from rollup_1d',
    );
    expect(rows).toEqual([{ count: 600, wh: 60 * 900 }]);
  });

  it('says how old the oldest change is that aggregates lack', async () => {
    const registry = new Registry();
    new RollupLoop({ pool: store.pool, intervalMs: 10, logger: pino({ level: 'silent' }), registry });
    expect(await metric(registry, 'meterpulse_rollups_freshness_seconds')).toBe(0);
    await flush(0);
    await store.pool.query(`update rollup_marks set marked_at = marked_at - interval '1 hour'`);
    expect(await metric(registry, 'meterpulse_rollups_freshness_seconds')).toBeGreaterThan(3_599);
    expect(await metric(registry, 'meterpulse_rollups_backlog_marks')).toBe(await marks());
  });

  it('computes the other shards while one fails, and that one too once it can', async () => {
    await flush(0);
    await store.pool.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'not today'; end $$;
      create trigger refuse before insert on rollup_15m for each row
        when (new.series_id = 1) execute function refuse()`);
    await withLoops(2, async (registries) => {
      const [{ shard } = { shard: -1 }] = (
        await store.pool.query<{ shard: number }>('select shard from series where id = 1')
      ).rows;
      await until('only that shard is left', async () => {
        const { rows } = await store.pool.query<{ shard: number }>('select distinct shard from rollup_marks');
        return rows.length === 1 && rows[0]?.shard === shard;
      });
      await until('its failure is counted', async () => {
        const failures = registries.map((each) => metric(each, 'meterpulse_rollups_failures_total'));
        return (await Promise.all(failures)).some((each) => each > 0);
      });
      await flush(1);
      await until('others go on', async () => {
        const { rows } = await store.pool.query('select distinct shard from rollup_marks');
        return rows.length === 1;
      });
      await store.pool.query('drop trigger refuse on rollup_15m');
      await drained();
    });
    const { rows } = await store.pool.query('select sum(count)::integer as count from rollup_1d');
    expect(rows).toEqual([{ count: 120 }]);
  });

  it('goes on after its connections were cut', async () => {
    await flush(0);
    await withLoops(1, async () => {
      await drained();
      await store.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      const again = await Feeder.claim(store.sink());
      await again.store([message(again.position, [reading({ timestampMs: T0 + 120_000, value: 7 })])]);
      await drained();
    });
  });
});
