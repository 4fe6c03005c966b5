import { describe, expect, it } from 'vitest';
import { cleanFeed } from '../../store/feed/clean-feed.js';
import { createPool } from '../../store/pool.js';
import { withScene } from './live/scene.js';
import { silenceNotifications } from './live/silence-notifications.js';
import { startOwnPostgres } from './system/own-postgres.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';

const SUBSCRIBERS = Number(process.env['LIVE_SUBSCRIBERS'] ?? 200);
const SEED = Number(process.env['LIVE_SEED'] ?? 7);
const KILLS = 5;
const MESSAGES_A_KILL = 400;
/** Of the scenes that are about something else than how many there are. */
const FEW = 40;

describe.each(LOGS.slice(0, 1))(`on $log, seed ${SEED}`, ({ brokers }) => {
  it('each of many subscribers knows what the tables hold, whatever is cut and killed while four workers store', async () => {
    await withSystem({ brokers, workers: 4, live: true }, async (system) => {
      await withScene(system, { seed: SEED, subscribers: SUBSCRIBERS }, async (scene) => {
        const { crowd, traffic } = scene;
        const early = Math.floor(SUBSCRIBERS * 0.6);
        const late = (share: number): number => early + Math.floor(share * (SUBSCRIBERS - early));
        await crowd.join(0, early);

        traffic.start();
        const sessions = scene.sendSessions();
        for (let kill = 1; kill <= KILLS; kill++) {
          await traffic.until(kill * MESSAGES_A_KILL);
          await system.live.kill9();
          await traffic.until(traffic.acknowledged + 40);
          await system.startLive();
          await crowd.join(late((kill - 1) / KILLS), late(kill / KILLS));
        }
        await sessions;
        const tables = await scene.quiet();

        await crowd.reach(tables);
        expect(crowd.contradictions()).toEqual([]);
        expect(crowd.resyncs()).toEqual([]);
        // Little would be proved if little had happened.
        expect(tables.readings.length).toBeGreaterThan(2_000);
        for (const type of ['INSERT', 'UPDATE', 'DELETE']) {
          expect(crowd.changesOfAll().filter((text) => text.endsWith(type)).length).toBeGreaterThan(20);
        }
        expect(crowd.connections()).toBeGreaterThan(SUBSCRIBERS * (KILLS / 2));
      });
    });
  });

  it('hears of everything by polling where no notification comes any more', async () => {
    await withSystem({ brokers, workers: 2, live: true }, async (system) => {
      await withScene(system, { seed: SEED, subscribers: FEW }, async (scene) => {
        const { crowd, traffic } = scene;
        await crowd.join(0, FEW);
        await silenceNotifications(system.databaseUrl);
        traffic.start();
        await traffic.until(400);
        await crowd.reach(await scene.quiet());
        expect(crowd.contradictions()).toEqual([]);
      });
    });
  });

  it('begins anew where the feed was cleaned while somebody slept, and goes on where it was not', async () => {
    await withSystem({ brokers, workers: 2, live: true }, async (system) => {
      await withScene(system, { seed: SEED, subscribers: FEW, cut: 0 }, async (scene) => {
        const { crowd, traffic } = scene;
        await crowd.join(0, FEW);
        traffic.start();
        await traffic.until(200);
        const sleepers = crowd.subscribers.slice(FEW / 2);
        for (const subscriber of sleepers) subscriber.sleep();
        await traffic.until(400);
        const awake = crowd.subscribers.slice(0, FEW / 2);
        await crowd.reach(await scene.quiet(), awake);

        await cleanWholly(system.databaseUrl);
        traffic.start();
        await traffic.until(500);
        const before = await scene.quiet();
        await crowd.reach(before, awake);
        // What it has in memory is still to be had from it.
        await system.live.kill9();
        await system.startLive();
        for (const subscriber of sleepers) subscriber.wake();
        await crowd.reach(before);
        traffic.start();
        await traffic.until(600);
        await crowd.reach(await scene.quiet());

        expect(crowd.contradictions()).toEqual([]);
        const slept = sleepers.flatMap(({ subscriptions }) => subscriptions);
        expect(slept.map(({ resyncs }) => resyncs)).toEqual(slept.map(() => ['expired']));
        // Who hears little may have an old cursor as well; who hears everything has not.
        const [widest] = crowd.subscribers[0]?.subscriptions ?? [];
        expect(widest?.resyncs).toEqual([]);
      });
    });
  });

  it('goes on without a gap when PostgreSQL was killed and is back', async () => {
    const postgres = await startOwnPostgres();
    try {
      await withSystem({ brokers, workers: 2, live: true, databaseUrl: postgres.url }, async (system) => {
        await withScene(system, { seed: SEED, subscribers: FEW }, async (scene) => {
          const { crowd, traffic } = scene;
          await crowd.join(0, FEW / 2);
          traffic.start();
          await traffic.until(300);
          await postgres.kill9();
          await traffic.until(traffic.acknowledged + 100);
          await postgres.start();
          await crowd.join(FEW / 2, FEW);
          await traffic.until(traffic.acknowledged + 200);
          await crowd.reach(await scene.quiet());
          expect(crowd.contradictions()).toEqual([]);
        });
      });
    } finally {
      await postgres.dispose();
    }
  });
});

/** As by limits of nothing: no row that is committed before remains. */
async function cleanWholly(databaseUrl: string): Promise<void> {
  const pool = createPool({ url: databaseUrl, max: 1, applicationName: 'test' });
  try {
    await until('the feed is empty', async () => {
      await cleanFeed(pool, { retentionMs: 0, maxBytes: 0 });
      const { rows } = await pool.query<{ rows: string }>('select count(*) as rows from feed');
      return Number(rows[0]?.rows) === 0;
    });
  } finally {
    await pool.end();
  }
}
