import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newAccessKey, SecretHash } from '../../server/access/secrets.js';
import {
  insertAccessKey,
  listAccessKeys,
  readAccessKeys,
  revokeAccessKey,
} from '../../store/access/access-keys.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const hash = new SecretHash(Buffer.alloc(32, 1));

describe('the table of access keys', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 2, applicationName: 'test' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  function insert(more: object = {}) {
    const { id, key } = newAccessKey();
    const row = {
      id,
      name: 'billing',
      hash: hash.ofKey(key),
      scopes: ['admin'],
      sites: null,
      chargePointIds: null,
    };
    return insertAccessKey(pool, { ...row, expiresAt: null, ...more });
  }

  it('gives back what was put in, by id and in a list', async () => {
    const expiresAt = new Date('2027-01-01T00:00:00Z');
    const first = await insert();
    const second = await insert({ sites: ['Nord, "Hof"', ''], chargePointIds: [], scopes: [], expiresAt });
    expect(second).toMatchObject({ sites: ['Nord, "Hof"', ''], chargePointIds: [], scopes: [], expiresAt });
    expect(await readAccessKeys(pool, [second.id, 'unknown', first.id])).toEqual(
      expect.arrayContaining([first, second]),
    );
    expect(await listAccessKeys(pool)).toEqual([first, second]);
  });

  it('keeps a revoked key, and the time at which it was first revoked', async () => {
    const { id } = await insert();
    const once = await revokeAccessKey(pool, id);
    expect(once?.revokedAt).toBeInstanceOf(Date);
    expect(await revokeAccessKey(pool, id)).toEqual(once);
    expect(await readAccessKeys(pool, [id])).toEqual([once]);
    expect(await revokeAccessKey(pool, 'unknown')).toBeUndefined();
  });

  it('has no secret in it', async () => {
    const { id, key } = newAccessKey();
    await insert({ id, hash: hash.ofKey(key) });
    const { rows } = await pool.query<{ text: string }>('select access_keys::text as text from access_keys');
    const secret = key.slice(-43);
    for (const { text } of rows) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});
