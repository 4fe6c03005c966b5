import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChargePointPasswords } from '../../server/access/charge-point-passwords.js';
import { RememberedPasswords } from '../../server/access/remembered-passwords.js';
import { newChargePointPassword, SecretHash } from '../../server/access/secrets.js';
import { removePasswords, setPassword } from '../../store/access/charge-point-passwords.js';
import { markPasswords, readPasswordChanges, readPasswordPage } from '../../store/access/password-changes.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const hash = new SecretHash(Buffer.alloc(32, 1));

describe('passwords that a gateway remembers', () => {
  let database: TestDatabase;
  let pool: Pool;
  let remembered: RememberedPasswords;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 3, applicationName: 'test' });
  });
  beforeEach(() => {
    remembered = new RememberedPasswords({
      mark: () => markPasswords(pool),
      page: (behind, limit) => readPasswordPage(pool, behind, limit),
      changes: (mark) => readPasswordChanges(pool, mark),
      onError: () => undefined,
    });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  async function give(id: string, graceMs = 0, statements: Pick<Pool, 'query'> = pool): Promise<Buffer> {
    const kept = hash.ofPassword(id, Buffer.from(newChargePointPassword()));
    await setPassword(statements, id, { hash: kept, graceMs });
    return kept;
  }
  const has = (id: string, kept: Buffer): boolean => remembered.has(id, [kept]);

  it('are those that there are, and follow what is given, replaced and removed', async () => {
    const [one, other] = [await give('CP-1'), await give('CP-"2"')];
    await remembered.look();
    expect([has('CP-1', one), has('CP-"2"', other), has('CP-1', other)]).toEqual([true, true, false]);
    const next = await give('CP-1', 3_600_000);
    const third = await give('CP-3');
    await removePasswords(pool, 'CP-"2"');
    await remembered.look();
    expect([has('CP-1', one), has('CP-1', next), has('CP-3', third), has('CP-"2"', other)]).toEqual([
      ...[true, true, true, false],
    ]);
    await give('CP-1', 0);
    await remembered.look();
    expect([has('CP-1', one), has('CP-1', next)]).toEqual([false, false]);
  });

  it('end at the time of the database', async () => {
    const old = await give('CP-4');
    await give('CP-4', 1);
    await remembered.look();
    await vi.waitFor(() => expect(has('CP-4', old)).toBe(false));
  });

  it('miss nothing that is committed late', async () => {
    const kept = await give('CP-5');
    await remembered.look();
    const late = await pool.connect();
    try {
      await late.query('begin');
      await removePasswords(late, 'CP-5');
      await give('CP-6');
      await remembered.look();
      await remembered.look();
      expect(has('CP-5', kept)).toBe(true);
      await late.query('commit');
    } finally {
      late.release();
    }
    await remembered.look();
    expect(has('CP-5', kept)).toBe(false);
  });

  it('are not confused by what was restored from a database with later transactions', async () => {
    await pool.query(
      `insert into charge_point_password_changes values ('CP-9', '9000000000000000')
       on conflict (charge_point_id) do update set changed_in = excluded.changed_in`,
    );
    const mark = await markPasswords(pool);
    expect((await readPasswordChanges(pool, mark)).changed?.has('CP-9')).toBe(false);
    const kept = await give('CP-9');
    const told = await readPasswordChanges(pool, mark);
    expect(told.changed?.has('CP-9')).toBe(true);
    expect(told.passwords.filter(({ id }) => id === 'CP-9')).toEqual([
      { id: 'CP-9', hash: kept, leftMs: null },
    ]);
  });

  it('let a charge point in without a question, and ask for one that shows something else', async () => {
    const password = newChargePointPassword();
    const kept = hash.ofPassword('CP-7', Buffer.from(password));
    await setPassword(pool, 'CP-7', { hash: kept, graceMs: 0 });
    await remembered.look();
    const asked: string[] = [];
    const identity = new ChargePointPasswords({
      find: (ids) => {
        asked.push(...ids);
        return Promise.resolve(new Map());
      },
      ...{ hash, remembered },
    });
    const basic = (text: string): string => `Basic ${Buffer.from(`CP-7:${text}`).toString('base64')}`;
    expect(identity.isItself('CP-7', basic(password))).toBe(true);
    expect(asked).toEqual([]);
    expect(await identity.isItself('CP-7', basic(newChargePointPassword()))).toBe(false);
    expect(asked).toEqual(['CP-7']);
  });

  it('are none any more when all are taken away at once', async () => {
    const kept = await give('CP-8');
    await remembered.look();
    expect(has('CP-8', kept)).toBe(true);
    await pool.query('truncate charge_point_passwords');
    await remembered.look();
    expect([has('CP-8', kept), remembered.size]).toEqual([false, 0]);
  });
});
