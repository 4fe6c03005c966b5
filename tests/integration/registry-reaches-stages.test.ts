import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChargePointDirectory } from '../../store/charge-point-directory.js';
import { createPool, type Pool } from '../../store/pool.js';
import { ChargePoints } from '../../store/sink/charge-points.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

/** docs/operations.md, "Unknown charge points". */
const WORKER_SEES_ACTIVATION_WITHIN_MS = 2_000;
const WORKER_SEES_CHANGE_WITHIN_MS = 10_000;
const DOOR_SEES_CHANGE_WITHIN_MS = 5_000;

describe('a change of the registry', () => {
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

  afterAll(async () => {
    await api.stop();
    await pool.end();
    await client.end();
    await database.drop();
  });

  async function setStatus(id: string, status: string): Promise<void> {
    const answer = await api.get(`/v1/charge-points/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status }),
    });
    expect(answer.status).toBe(200);
  }

  it('opens a held charge point to a worker that knows it as held', async () => {
    const worker = new ChargePoints(pool, 'hold');
    const isOpen = async (nowMs: number): Promise<boolean | undefined> =>
      (await worker.find(['held'], nowMs)).get('held')?.isOpen;
    expect(await isOpen(0)).toBe(false);
    const [found] = (await api.get('/v1/charge-points?status=held')).body['items'] as { id: string }[];
    expect(found?.id).toBe('held');
    await setStatus('held', 'active');
    expect(await isOpen(WORKER_SEES_ACTIVATION_WITHIN_MS)).toBe(true);
    await setStatus('held', 'held');
    expect(await isOpen(WORKER_SEES_ACTIVATION_WITHIN_MS + WORKER_SEES_CHANGE_WITHIN_MS)).toBe(false);
  });

  it('lets a charge point through the door that knows it as unknown, and back out when it is retired', async () => {
    let now = 0;
    const door = new ChargePointDirectory(pool, { now: () => now });
    expect(await door.isKnown('new')).toBe(false);
    const added = await api.get('/v1/charge-points', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"id":"new"}',
    });
    expect(added.status).toBe(201);
    now += DOOR_SEES_CHANGE_WITHIN_MS;
    expect(await door.isKnown('new')).toBe(true);
    await api.get('/v1/charge-points/new', { method: 'DELETE' });
    now += DOOR_SEES_CHANGE_WITHIN_MS;
    expect(await door.isKnown('new')).toBe(false);
  });

  it('leaves a retired charge point retired though it goes on sending, and takes what it sends', async () => {
    const worker = new ChargePoints(pool, 'register');
    await worker.find(['sender'], 0);
    await api.get('/v1/charge-points/sender', { method: 'DELETE' });
    const later = await worker.find(['sender'], WORKER_SEES_CHANGE_WITHIN_MS);
    expect(later.get('sender')?.isOpen).toBe(true);
    expect((await api.get('/v1/charge-points/sender')).body).toMatchObject({ status: 'retired' });
  });
});
