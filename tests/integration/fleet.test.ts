import { randomUUID } from 'node:crypto';
import pg from 'pg';
import pino from 'pino';
import type { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeEnvelope } from '../../protocol/envelope.js';
import type { FleetFigures } from '../../protocol/live/fleet-figures.js';
import { fleet } from '../../routes/response/fleet.js';
import { processFigures } from '../../server/compose/process-figures-part.js';
import { createPool, type Pool } from '../../store/pool.js';
import type { ProcessReport } from '../../store/processes/process-figures.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { Charger } from '../harness/charger.js';
import { startPipeline } from '../harness/pipeline.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { startRegisteredGateway } from '../harness/registered-gateway.js';
import { Seed } from '../harness/seed.js';

const SOON = { timeout: 30_000, interval: 20 };
const EVERY_MS = 50;

describe('the figures of the fleet', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let pool: Pool;
  let api: RunningApi;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
    api = await startApi({ databaseUrl: database.url });
  });

  beforeEach(() =>
    client.query('truncate process_figures, gateway_processes, connections, quarantine, rollup_marks'),
  );

  afterAll(async () => {
    await api.stop();
    await pool.end();
    await client.end();
    await database.drop();
  });

  /** As the route's own schema has them, and no field more. */
  async function figures(of: RunningApi = api): Promise<FleetFigures> {
    const { status, body } = await of.get('/v1/fleet');
    expect(status).toBe(200);
    expect(fleet.parse(body)).toEqual(body);
    return fleet.parse(body);
  }

  /** A process that reported these figures just now, and the earlier ones so many seconds before. */
  async function process_(
    { role, figures: now }: { role: ProcessReport['role']; figures: unknown },
    earlier: unknown = null,
    { seconds = 5, silentS = 0 } = {},
  ): Promise<void> {
    await client.query(
      `insert into process_figures (id, role, host, pid, figures, reported_at, earlier, earlier_at)
       select $1, $2, 'pod', 1, $3, at, $4::json, case when $4::json is not null then at - make_interval(secs => $5) end
       from (select now() - make_interval(secs => $6) as at) t`,
      [
        randomUUID(),
        role,
        JSON.stringify(now),
        earlier === null ? null : JSON.stringify(earlier),
        seconds,
        silentS,
      ],
    );
  }

  const gateway = (received: number, more: Record<string, unknown> = {}) => ({
    role: 'gateway' as const,
    figures: { received, refusedConnections: 0, retriedMessages: 0, acknowledgements: [], ...more },
  });
  const worker = (settledMessages: number, more: Record<string, unknown> = {}) => ({
    role: 'worker' as const,
    figures: { settledMessages, storedReadings: 0, lagMessages: 0, oldestSeconds: 0, ...more },
  });

  it('are unknown, not zero, while nobody reports', async () => {
    expect(await figures()).toMatchObject({
      connected: 0,
      sockets: null,
      gateways: { alive: 0, lost: 0 },
      workers: { alive: 0, lost: 0 },
      messagesPerSecond: { received: null, stored: null },
      readingsPerSecond: null,
      acknowledgementSeconds: { p50: null, p99: null },
      workerLag: { messages: null, oldestSeconds: null },
      shedsPerSecond: { refusedConnections: null, retriedMessages: null },
      quarantineOpen: 0,
      conflicts: 0,
      rollupFreshnessSeconds: 0,
    });
  });

  it('have no rates of processes that have reported once', async () => {
    await process_(gateway(1_000));
    await process_(worker(1_000));
    expect(await figures()).toMatchObject({
      messagesPerSecond: { received: null, stored: null },
      workerLag: { messages: 0, oldestSeconds: 0 },
    });
  });

  it('add up what processes count, each by its own time', async () => {
    await process_(gateway(1_500, { retriedMessages: 10 }), gateway(1_000).figures);
    await process_(gateway(90, { refusedConnections: 4 }), gateway(50).figures, { seconds: 2 });
    await process_(
      worker(700, { storedReadings: 900, lagMessages: 30, oldestSeconds: 1.5 }),
      worker(600).figures,
    );
    await process_(worker(50, { lagMessages: null, oldestSeconds: 7 }), worker(50).figures);
    expect(await figures()).toMatchObject({
      messagesPerSecond: { received: 120, stored: 20 },
      readingsPerSecond: 180,
      workerLag: { messages: 30, oldestSeconds: 7 },
      shedsPerSecond: { refusedConnections: 2, retriedMessages: 2 },
      workers: { alive: 2, lost: 0 },
    });
  });

  it('take nothing of a process that fell silent, or that tells what is not understood', async () => {
    await process_(gateway(1_500), gateway(1_000).figures, { silentS: 30 });
    await process_(worker(1_500), worker(1_000).figures, { silentS: 30 });
    await process_({ role: 'gateway', figures: { received: 'many' } }, gateway(0).figures);
    await process_({ role: 'worker', figures: null }, worker(0).figures);
    expect(await figures()).toMatchObject({
      messagesPerSecond: { received: null, stored: null },
      workerLag: { messages: null, oldestSeconds: null },
      workers: { alive: 1, lost: 1 },
    });
    await process_(gateway(10), { received: 'many' });
    expect((await figures()).messagesPerSecond.received).toBeNull();
  });

  it('never show a rate below zero', async () => {
    await process_(gateway(5), gateway(1_000).figures);
    expect((await figures()).messagesPerSecond.received).toBe(0);
  });

  it('tell latencies of all gateways together', async () => {
    const acknowledgements = (counts: readonly number[]) =>
      [0.1, 0.2, null].map((boundSeconds, at) => ({ boundSeconds, count: counts[at] ?? 0 }));
    await process_(gateway(0, { acknowledgements: acknowledgements([50, 0, 0]) }));
    await process_(gateway(0, { acknowledgements: acknowledgements([0, 49, 1]) }));
    const { p50, p99 } = (await figures()).acknowledgementSeconds;
    expect(p50).toBeCloseTo(0.1, 5);
    expect(p99).toBeCloseTo(0.2, 5);
  });

  it('count charge points by status, what is connected, and what is kept aside', async () => {
    const seed = new Seed(client);
    await client.query('truncate charge_points cascade');
    await client.query(
      `insert into charge_points (id, status) values ('a', 'active'), ('b', 'active'), ('c', 'held'), ('d', 'retired')`,
    );
    const [alive, silent] = [randomUUID(), randomUUID()];
    await client.query(
      `insert into gateway_processes (id, host, pid, connections, seen_at)
       values ($1, 'h', 1, 7, now()), ($2, 'h', 2, 9, now() - interval '1 minute')`,
      [alive, silent],
    );
    await client.query(
      `insert into connections (charge_point_id, gateway_id, session, revision, protocol, gateway_host, gateway_pid,
         remote_address, connected_at, disconnected_at)
       select id, gateway, 1, 1, 'ocpp1.6', 'h', 1, '::1', now(), ended
       from (values ('a', $1::uuid, null::timestamptz), ('b', $2::uuid, null), ('c', $1::uuid, now())) c (id, gateway, ended)`,
      [alive, silent],
    );
    await seed.quarantine({ offset: 1, reason: 'invalid_json', raw: 'x' });
    await seed.quarantine({ offset: 2, reason: 'invalid_json', raw: 'x' });
    await client.query(`update quarantine set resolved_at = now() where "offset" = 2`);
    expect(await figures()).toMatchObject({
      chargePoints: { active: 2, held: 1, retired: 1 },
      connected: 1,
      sockets: 7,
      gateways: { alive: 1, lost: 1 },
      quarantineOpen: 1,
    });
  });

  /** Reports for as long as the test runs. */
  function report(registry: Registry, to: Pool, role: ProcessReport['role']): void {
    const stop = new AbortController();
    const part = processFigures({ logger: pino({ level: 'silent' }), registry }, to, role, EVERY_MS);
    const running = part.run(stop.signal);
    onTestFinished(async () => {
      stop.abort();
      await running;
    });
  }

  it('are those of a gateway that takes messages, and forget it when it ends', async () => {
    const running = await startRegisteredGateway({ databaseUrl: database.url });
    onTestFinished(() => running.stop());
    const stop = new AbortController();
    const part = processFigures(
      { logger: pino({ level: 'silent' }), registry: running.registry },
      pool,
      'gateway',
      EVERY_MS,
    );
    const reporting = part.run(stop.signal);
    const charger = await Charger.connect(running.url, 'CP-1');
    onTestFinished(() => charger.terminate());
    const payload = {
      connectorId: 1,
      meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value: '1' }] }],
    };
    await vi.waitFor(async () => expect((await figures()).messagesPerSecond.received).toBe(0), SOON);
    await vi.waitFor(async () => {
      charger.send([2, randomUUID(), 'MeterValues', payload]);
      const { messagesPerSecond, acknowledgementSeconds } = await figures();
      expect(messagesPerSecond.received).toBeGreaterThan(0);
      expect(acknowledgementSeconds.p50).toBeGreaterThan(0);
      expect(acknowledgementSeconds.p99).toBeGreaterThanOrEqual(acknowledgementSeconds.p50 ?? 1);
    }, SOON);
    stop.abort();
    await reporting;
    expect((await client.query('select from process_figures')).rowCount).toBe(0);
  });

  it('are those of a worker: how far it is behind, and by how long, until it has caught up', async () => {
    const pipeline = await startPipeline();
    const itsApi = await startApi({ databaseUrl: pipeline.databaseUrl });
    onTestFinished(() => itsApi.stop());
    report(pipeline.registry, pipeline.pool, 'worker');
    const publish = (from: number, count: number): Promise<void> =>
      pipeline.log.publish(
        Array.from({ length: count }, (_, at) => ({ key: 'CP-1', value: envelope(from + at) })),
      );
    await publish(0, 3);
    const stored = async (count: number): Promise<void> => {
      const { body } = await itsApi.get('/v1/stats');
      expect(body).toMatchObject({ messages: { received: count } });
    };
    await vi.waitFor(() => stored(3), SOON);

    const blocker = new pg.Client({ connectionString: pipeline.databaseUrl });
    await blocker.connect();
    await blocker.query('begin; lock table readings in access exclusive mode');
    await publish(3, 20);
    await vi.waitFor(async () => {
      const { workerLag } = await figures(itsApi);
      expect(workerLag.messages).toBeGreaterThanOrEqual(20);
      expect(workerLag.oldestSeconds).toBeGreaterThan(0.2);
    }, SOON);
    await blocker.end();
    await vi.waitFor(() => stored(23), SOON);
    await vi.waitFor(async () => {
      const { workerLag, workers } = await figures(itsApi);
      expect(workerLag).toEqual({ messages: 0, oldestSeconds: 0 });
      expect(workers.alive).toBe(1);
    }, SOON);
  });
});

/** A message of one reading, as the gateway publishes it, received now. */
function envelope(minute: number): string {
  return encodeEnvelope({
    v: 1,
    kind: 'meterValues',
    chargePointId: 'CP-1',
    receivedAt: Date.now(),
    protocol: 'json',
    messageId: `m${minute}`,
    payload: {
      connectorId: 1,
      meterValue: [
        {
          timestamp: new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString(),
          sampledValue: [{ value: String(minute) }],
        },
      ],
    },
  });
}
