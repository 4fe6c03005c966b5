import pg from 'pg';
import { afterAll, beforeAll, expect, describe, it } from 'vitest';
import { createPool, type Pool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { readRegisterSpans } from '../../store/read/register-span.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { Seed, type SeedSeries } from '../harness/seed.js';

const START = Date.parse('2026-03-01T23:00:00Z');
const MINUTE = 60_000;

describe('the preview of energy per charge point', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let pool: Pool;
  let seed: Seed;

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    pool = createPool({ url: database.url, max: 2, applicationName: 'test' });
    seed = new Seed(client);
  });

  afterAll(async () => {
    await pool.end();
    await client.end();
    await database.drop();
  });

  /** One value every half an hour, over midnight. */
  async function register(series: SeedSeries, values: readonly number[]): Promise<void> {
    const seriesId = await seed.series(series);
    await seed.readings(
      values.map((value, at) => ({
        seriesId,
        value,
        timestamp: new Date(START + at * 30 * MINUTE).toISOString(),
      })),
    );
  }

  async function energyOf(chargePointId: string): Promise<number | undefined> {
    const reads = new ReadDatabase(pool, { statementTimeoutMs: 10_000 });
    const spans = await reads.read((query) =>
      readRegisterSpans(query, { from: new Date(START), to: new Date(START + 1_000 * MINUTE) }),
    );
    return spans.find((span) => span.chargePointId === chargePointId)?.energyWh;
  }

  it.each<[string, string, number[], number]>([
    ['last minus first of a lifetime register', 'lifetime', [1_000, 1_500, 1_500, 4_000], 3_000],
    ['what was counted before and after a reset', 'reset', [0, 500, 900, 0, 300], 1_200],
    ['nothing for a zero between neighbours that agree', 'placeholder', [500_000, 0, 500_100, 500_200], 200],
    ['nothing for a single reading', 'single', [7_000], 0],
  ])('is %s', async (_, chargePointId, values, energyWh) => {
    await register({ chargePointId }, values);
    expect(await energyOf(chargePointId)).toBe(energyWh);
  });

  it('adds connectors, and leaves out what measures the same energy again', async () => {
    await register({ chargePointId: 'M', connectorId: 1 }, [0, 100]);
    await register({ chargePointId: 'M', connectorId: 2 }, [0, 200]);
    await register({ chargePointId: 'M', connectorId: 0 }, [0, 300]);
    await register({ chargePointId: 'M', connectorId: 1, phase: 'L1' }, [0, 50]);
    await register({ chargePointId: 'M', connectorId: 1, location: 'Inlet' }, [0, 110]);
    await register(
      { chargePointId: 'M', connectorId: 1, measurand: 'Energy.Active.Import.Interval' },
      [0, 9],
    );
    expect(await energyOf('M')).toBe(300);
  });

  it('takes the phases where there is no total, and the main meter where there are no connectors', async () => {
    await register({ chargePointId: 'N', connectorId: 0, phase: 'L1' }, [0, 10]);
    await register({ chargePointId: 'N', connectorId: 0, phase: 'L2' }, [0, 20]);
    expect(await energyOf('N')).toBe(30);
  });

  it('takes the inlet of a connector that names no outlet', async () => {
    await register({ chargePointId: 'inlet', connectorId: 1, location: 'Inlet' }, [0, 100]);
    await register({ chargePointId: 'inlet', connectorId: 2, location: 'Inlet' }, [0, 9_999]);
    await register({ chargePointId: 'inlet', connectorId: 2, location: 'Outlet' }, [0, 20]);
    expect(await energyOf('inlet')).toBe(120);
  });
});
