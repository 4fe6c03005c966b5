import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { from as copyFrom } from 'pg-copy-streams';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config/config.js';
import { databaseReadUrls, databaseUrl } from '../../server/compose/database-url.js';
import { migrate } from '../../store/migrate.js';
import { listenTo } from '../../store/notifications.js';
import { pingDatabase } from '../../store/ping.js';
import { createPool, type Pool } from '../../store/pool.js';
import { startSecuredPostgres, type SecuredPostgres } from '../harness/secured-postgres.js';

describe('PostgreSQL over TLS', () => {
  let postgres: SecuredPostgres;
  const pools: Pool[] = [];

  beforeAll(async () => {
    postgres = await startSecuredPostgres();
  });
  beforeEach(() => postgres.show(postgres.server));
  afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.end())));
  afterAll(() => postgres.stop());

  const open = (environment: Record<string, string>): Pool => {
    const { config } = loadConfig(environment, false);
    const url = databaseUrl(config, config.DATABASE_URL ?? '');
    const pool = createPool({ url, max: 2, applicationName: 'tls', connectTimeoutMs: 20_000 });
    pools.push(pool);
    return pool;
  };
  const withMode = (mode: string): string => `${postgres.url}?sslmode=${mode}`;
  const as = (user: string): string => {
    const url = new URL(postgres.url);
    url.username = user;
    url.password = '';
    return url.href;
  };
  const isEncrypted = async (pool: Pool): Promise<boolean> => {
    const { rows } = await pool.query<{ ssl: boolean }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    );
    return rows[0]?.ssl === true;
  };
  const outageOf = async (pool: Pool): Promise<unknown> => {
    try {
      await pingDatabase(pool);
    } catch (error) {
      return error;
    }
    return null;
  };

  it.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'is spoken with sslmode=%s, by the CA of the variable',
    async (mode) => {
      const environment = { DATABASE_URL: withMode(mode), DATABASE_TLS_CA_FILE: postgres.caFile };
      expect(await isEncrypted(open(environment))).toBe(true);
    },
  );

  it('is spoken wherever a connection is made: by pools, migrations, listeners, COPY and read replicas', async () => {
    const environment = {
      DATABASE_URL: postgres.url,
      DATABASE_READ_URLS: postgres.url,
      DATABASE_TLS_CA_FILE: postgres.caFile,
    };
    const { config } = loadConfig(environment, false);
    await migrate(databaseUrl(config, postgres.url));
    const pool = open(environment);
    const [replica = ''] = databaseReadUrls(config) ?? [];
    const read = createPool({ url: replica, max: 1, applicationName: 'tls' });
    pools.push(read);
    expect(await isEncrypted(read)).toBe(true);

    const client = await pool.connect();
    await client.query('create temporary table copied (value text)');
    await pipeline(Readable.from(['one\ntwo\n']), client.query(copyFrom('copy copied from stdin')));
    expect((await client.query('select from copied')).rowCount).toBe(2);
    client.release();

    const stop = new AbortController();
    await new Promise<void>((resolve, reject) => {
      listenTo(pool, ['tls'], { onListening: resolve, onNotification: () => undefined }, stop.signal).catch(
        reject,
      );
    });
    const { rows } = await pool.query<{ ssl: boolean }>(
      `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'tls'`,
    );
    expect(rows).toEqual([{ ssl: true }]);
    stop.abort();
  });

  it('lets a user in by a certificate alone, which is taken anew when it changed', async () => {
    const { client, caFile, directory } = postgres;
    const certFile = join(directory, 'mounted.crt');
    await cp(client.certFile, certFile);
    const pool = open({
      DATABASE_URL: as('certified'),
      DATABASE_TLS_CA_FILE: caFile,
      DATABASE_TLS_CERT_FILE: certFile,
      DATABASE_TLS_KEY_FILE: client.keyFile,
    });
    const held = await pool.connect();
    await writeFile(certFile, 'x');
    expect(String(await outageOf(pool))).toContain(`${certFile} can't be used: it has no certificate in PEM`);
    await cp(client.certFile, certFile);
    await pingDatabase(pool);
    held.release();
  });

  it.each<[string, () => Record<string, string>, (() => Promise<void>) | null, RegExp, RegExp]>([
    [
      'a wrong CA, with verify-full',
      () => ({ DATABASE_URL: withMode('verify-full'), DATABASE_TLS_CA_FILE: postgres.otherCaFile }),
      null,
      /CA that is not trusted/,
      /DATABASE_TLS_CA_FILE/,
    ],
    [
      'a wrong CA, with verify-ca',
      () => ({ DATABASE_URL: withMode('verify-ca'), DATABASE_TLS_CA_FILE: postgres.otherCaFile }),
      null,
      /CA that is not trusted/,
      /DATABASE_TLS_CA_FILE/,
    ],
    [
      'no CA',
      () => ({ DATABASE_URL: withMode('require') }),
      null,
      /CA that is not trusted/,
      /DATABASE_TLS_CA_FILE/,
    ],
    [
      'another name',
      () => ({ DATABASE_URL: withMode('verify-full'), DATABASE_TLS_CA_FILE: postgres.caFile }),
      () => postgres.show(postgres.otherName),
      /of another name/,
      /Use the name that stands in the certificate/,
    ],
    [
      'an expired certificate',
      () => ({ DATABASE_URL: postgres.url, DATABASE_TLS_CA_FILE: postgres.caFile }),
      () => postgres.show(postgres.expired),
      /has expired/,
      /Renew/,
    ],
    [
      'a server without TLS',
      () => ({ DATABASE_URL: withMode('verify-full') }),
      () => postgres.show(null),
      /does not speak TLS/,
      /sslmode/,
    ],
    [
      'a user who must use TLS, without it',
      () => ({ DATABASE_URL: as('nowhere') }),
      null,
      /allows no such connection/,
      /sslmode=verify-full/,
    ],
    [
      'a user who needs a certificate, without one',
      () => ({ DATABASE_URL: as('certified'), DATABASE_TLS_CA_FILE: postgres.caFile }),
      null,
      /allows no such connection/,
      /DATABASE_TLS_CERT_FILE/,
    ],
  ])('says of %s what it is, and what to do', async (_, environment, before, meaning, remedy) => {
    await before?.();
    expect(await outageOf(open(environment()))).toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(meaning) as unknown,
      remedy: expect.stringMatching(remedy) as unknown,
    });
  });

  it('connects in spite of another name with verify-ca, and of anything with no-verify', async () => {
    await postgres.show(postgres.otherName);
    const ofCa = { DATABASE_URL: withMode('verify-ca'), DATABASE_TLS_CA_FILE: postgres.caFile };
    expect(await isEncrypted(open(ofCa))).toBe(true);
    expect(await isEncrypted(open({ DATABASE_URL: withMode('no-verify') }))).toBe(true);
    expect(await isEncrypted(open({ DATABASE_URL: withMode('disable') }))).toBe(false);
  });
});
