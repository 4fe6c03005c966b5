import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../harness/free-ports.js';
import { expectedOf } from './oracle.js';
import { shuffled, sessionsOf } from './sessions.js';
import { makeLaterVersion, type LaterMigration, type LaterVersion } from './system/later-version.js';
import { query } from './system/log-ends.js';
import { sendCalls } from './system/ocpp-calls.js';
import type { RoleProcess } from './system/role-process.js';
import type { System } from './system/system.js';
import { LOGS, withSystem } from './system/with-system.js';
import { messagesOf, SAMPLE } from './workbooks.js';

/** Four hours in some seven seconds: an upgrade comes in the midst of it. */
const SPEED = '2000x';

const sample = messagesOf(SAMPLE);
const sessions = shuffled(sessionsOf([...new Set(sample.map(({ chargePointId }) => chargePointId))]), 5);

/** What is written all the time gets new columns, one of them with a default; a table is new. */
const EXPAND: LaterMigration = {
  name: 'expand',
  compatibleFrom: 0,
  sql: `alter table readings add column meter_id text;
alter table charge_points add column vendor text not null default 'unknown';
alter table transactions add column tariff text;
create table meters (id text primary key);`,
};
/** Nobody who doesn't know EXPAND may be left. */
const CONTRACT: LaterMigration = {
  name: 'contract',
  compatibleFrom: 1,
  sql: 'alter table charge_points drop column label cascade;',
};
/** Nobody at all may be left. */
const BREAK: LaterMigration = {
  name: 'break',
  compatibleFrom: 3,
  sql: 'alter table reading_conflicts rename column received_at to heard_at;',
};

const BESIDE = /a newer version has migrated the database/;

describe.each(LOGS.slice(0, 1))('on $log', ({ brokers }) => {
  let expanded: LaterVersion;
  let contracted: LaterVersion;
  let broken: LaterVersion;
  beforeAll(async () => {
    [expanded, contracted, broken] = await Promise.all([
      makeLaterVersion([EXPAND]),
      makeLaterVersion([EXPAND, CONTRACT]),
      makeLaterVersion([EXPAND, CONTRACT, BREAK]),
    ]);
  });
  afterAll(async () => {
    await Promise.all([expanded.dispose(), contracted.dispose(), broken.dispose()]);
  });

  it('stores every reading once while old processes are killed and started again beside new ones', async () => {
    await withSystem({ brokers, live: true }, async (system) => {
      const replaying = system.replay(SAMPLE, { speed: SPEED });
      await replaying.until(2_000);
      expect(await migrated(system, expanded)).toEqual(expanded.names);

      await Promise.all(old(system).map((role) => role.kill9()));
      const [gatewayPort = 0, apiPort = 0, livePort = 0] = await freePorts(3);
      const ports = {
        GATEWAY_PORT: String(gatewayPort),
        API_PORT: String(apiPort),
        LIVE_PORT: String(livePort),
      };
      const later = ['gateway', 'worker', 'api', 'live'].map((role) =>
        system.spawn([role], ports, expanded.program),
      );
      await Promise.all([
        system.startGateway(),
        system.startApi(),
        system.startLive(),
        system.startWorker(),
        ...later.map((role) => system.ready(role)),
      ]);
      for (const role of [system.api, system.live, ...system.workers.slice(1)]) {
        await role.logged('that it works beside a newer version', ({ msg }) => BESIDE.test(msg ?? ''));
      }

      await sendCalls(`ws://127.0.0.1:${gatewayPort}`, sessions);
      expect(await replaying.done).toMatchObject({ acknowledged: 10_000, rejected: 0 });
      system.workers.shift();
      await system.verify(expectedOf([...sample, ...sessions]), { resent: true });
      const answered = await (await fetch(`http://127.0.0.1:${apiPort}/v1/stats`)).json();
      expect(answered).toEqual(await system.stats());
      const [, newWorker] = later;
      // Both have had their share of the partitions.
      expect([newWorker?.hasEnded, system.workers[0]?.hasEnded]).toEqual([false, false]);
    });
  });

  it('lets an old process refuse what it can not work beside, and names the way out', async () => {
    await withSystem({ brokers }, async (system) => {
      await migrated(system, expanded);
      await migrated(system, contracted);

      for (const role of ['worker', 'api', 'live']) {
        const refused = await ended(system.spawn([role]));
        expect(refused).toMatchObject({ code: 1 });
        expect(refused.told).toContain(
          `the database has migration ${contracted.names[1]}, which needs a version`,
        );
        expect(refused.told).toMatch(/deploy a version that knows the named migration.*\[DATABASE_NEWER\]/);
      }
      const worker = system.spawn(['worker'], {}, expanded.program);
      await system.ready(worker);
      await worker.stop();

      const renamed = "select count(*)::integer as n from pg_attribute where attname = 'heard_at'";
      const stopped = await ended(system.spawn(['migrate'], {}, broken.program));
      expect(stopped).toMatchObject({ code: 1 });
      expect(stopped.told).toContain(`migration ${broken.names[2]} needs versions`);
      expect(stopped.told).toMatch(/`meterpulse migrate --stopped`.*\[MIGRATION_NEEDS_STOP\]/);
      expect(await query(system.databaseUrl, renamed)).toEqual([{ n: 0 }]);

      expect(await migrated(system, broken, ['--stopped'])).toEqual(broken.names.slice(2));
      expect(await query(system.databaseUrl, renamed)).toEqual([{ n: 1 }]);
      expect(await ended(system.spawn(['worker'], {}, contracted.program))).toMatchObject({ code: 1 });
    });
  });

  it('lets the older version migrate a newer database when a release is taken back', async () => {
    await withSystem({ brokers, workers: 0 }, async (system) => {
      await migrated(system, expanded);
      // As the newer version does, which knows its table.
      await query(system.databaseUrl, `grant select on meters to ${system.rolePrefix}_worker`);
      expect(JSON.parse(await system.command('migrate', '--json'))).toEqual({ applied: [] });
      expect(await system.command('migrate', '--check')).toContain('up to date');
      expect(
        await query(
          system.databaseUrl,
          `select has_table_privilege('${system.rolePrefix}_worker', 'meters', 'select') as reads`,
        ),
      ).toEqual([{ reads: true }]);
    });
  });
});

function old({ gateway, api, live, workers }: System): RoleProcess[] {
  return [gateway, api, live, ...workers];
}

/** Names of what the later version's `migrate` applied. */
async function migrated(
  system: System,
  { program }: LaterVersion,
  args: readonly string[] = [],
): Promise<readonly string[]> {
  const migrate = system.spawn(['migrate', '--json', ...args], {}, program);
  const { code } = await migrate.ended();
  if (code !== 0) throw new Error(migrate.report());
  return (JSON.parse(migrate.stdout) as { applied: string[] }).applied;
}

async function ended(role: RoleProcess): Promise<{ code: number | null; told: string }> {
  const { code } = await role.ended();
  return { code, told: role.lines.map((line) => JSON.stringify(line)).join('\n') };
}
