import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.js';
import { databaseReadUrls, databaseUrl } from '../../server/compose/database-url.js';
import { listenTo } from '../../store/notifications.js';
import { pingDatabase } from '../../store/ping.js';
import { createPool, type Pool } from '../../store/pool.js';
import { eventually } from '../harness/eventually.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

describe('a secret of the database that stands in a file', () => {
  let database: TestDatabase;
  let folder: string;
  let owner: Pool;
  let user: string;
  const pools: Pool[] = [];
  const open = (url: string): Pool => {
    const pool = createPool({ url, max: 2, applicationName: user, connectTimeoutMs: 10_000 });
    pools.push(pool);
    return pool;
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'meterpulse-secrets-'));
    user = `u_${randomUUID().replaceAll('-', '')}`;
    owner = open(database.url);
    await owner.query(`create role ${user} login password 'first'`);
  });
  afterEach(async () => {
    await owner.query(`drop role ${user}`);
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await rm(folder, { recursive: true, force: true });
    await database.drop();
  });

  const urlWith = (password: string): string => {
    const url = new URL(database.url);
    url.username = user;
    url.password = password;
    return url.href;
  };
  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), `${content}\n`);
    return join(folder, name);
  };
  /** As an operator or a rotation does it: the server first, and whoever is connected must come again. */
  const rotate = async (password: string): Promise<void> => {
    await owner.query(`alter role ${user} password '${password}'`);
    await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [user]);
  };
  const outageOf = (pool: Pool): Promise<unknown> =>
    pingDatabase(pool).then(
      () => null,
      (error: unknown) => error,
    );

  it.each([
    ['the URL', 'DATABASE_URL_FILE', (password: string) => urlWith(password)],
    ['the password alone', 'DATABASE_PASSWORD_FILE', (password: string) => password],
  ])('is taken by new connections when %s changed there', async (_, variable, content) => {
    const path = await file('secret', content('first'));
    const given = {
      [variable]: path,
      ...(variable === 'DATABASE_URL_FILE' ? {} : { DATABASE_URL: urlWith('') }),
    };
    const { config } = loadConfig(given, false);
    const url = databaseUrl(config, config.DATABASE_URL ?? '');
    expect(url).not.toContain('first');
    const pool = open(url);
    await pool.query('select 1');

    await rotate('second');
    // The pool may still hand out the connection that was cut.
    await eventually(async () => {
      expect(await outageOf(pool)).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        canRetry: true,
        message: expect.stringContaining('it refuses the user or the password') as unknown,
        remedy: expect.stringContaining('DATABASE_PASSWORD_FILE') as unknown,
      });
    });
    await file('secret', content('second'));
    await pingDatabase(pool);

    const listening = new AbortController();
    const told = new Promise<string>((resolve, reject) => {
      const handlers = {
        onListening: () => void pool.query(`select pg_notify('rotated', 'yes')`).catch(reject),
        onNotification: (_channel: string, payload: string) => resolve(payload),
      };
      listenTo(pool, ['rotated'], handlers, listening.signal).catch(reject);
    });
    expect(await told).toBe('yes');
    listening.abort();
  });

  it('is an outage that passes while its file is gone, and says so', async () => {
    const path = await file('url', urlWith('first'));
    const { config } = loadConfig({ DATABASE_URL_FILE: path }, false);
    const pool = open(databaseUrl(config, config.DATABASE_URL ?? ''));
    await rm(path);
    const outage = await outageOf(pool);
    expect(outage).toMatchObject({ code: 'DATABASE_UNAVAILABLE', canRetry: true });
    expect(String(outage)).toContain(`${path} can't be used: there is no such file`);
    await file('url', urlWith('first'));
    await pingDatabase(pool);
  });

  it('lets each read replica be found in the file of all', async () => {
    const primary = await file('primary', urlWith('first'));
    const replicas = await file('replicas', `postgres://nobody@127.0.0.1:1/none,${urlWith('first')}`);
    const { config } = loadConfig({ DATABASE_URL_FILE: primary, DATABASE_READ_URLS_FILE: replicas }, false);
    const [, second = ''] = databaseReadUrls(config) ?? [];
    expect(second).not.toContain('first');
    await pingDatabase(open(second));
  });
});
