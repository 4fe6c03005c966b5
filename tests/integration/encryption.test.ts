import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataKey } from '../../helpers/data-keys.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { rotateKeys } from '../../store/encryption/rotation/rotate-keys.js';
import { eraseIdTag } from '../../store/erasure/erase-id-tag.js';
import { claimCommands } from '../../store/commands/claim-commands.js';
import { endCommands } from '../../store/commands/end-commands.js';
import { insertCommand } from '../../store/commands/insert-command.js';
import { digestContent } from '../../store/digest-content.js';
import { readFeed } from '../../store/feed/read-feed.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import { readChargePoints } from '../../store/read/charge-points.js';
import { readCommand } from '../../store/read/commands.js';
import { readQuarantine } from '../../store/read/quarantine.js';
import { readQuarantinedPart } from '../../store/read/quarantined-part.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { readTransactions, TRANSACTION_STATUSES, WALK_SESSIONS } from '../../store/read/transactions.js';
import { changeChargePoint } from '../../store/registry/change-charge-point.js';
import { createChargePoint } from '../../store/registry/create-charge-point.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';
import { urlOfPart, type Part } from '../harness/role-logins.js';
import { runRollups } from '../harness/run-rollups.js';
import { Feeder, message, reject, T0, TOPIC } from './store-harness.js';
import { startMessage, stopMessage } from './session-harness.js';

const key = (id: string): DataKey => ({ id, base64: randomBytes(32).toString('base64') });
const OLD = key('old');
const NEW = key('new');
const TAG = 'B4A63CDF';
const LABEL = 'Ms Example, garage 9';
const COMMAND = '11111111-1111-4111-8111-111111111111';
const GATEWAY = '22222222-2222-4222-8222-222222222222';

let database: TestDatabase;
let pools: Pool[];
beforeEach(async () => {
  pools = [];
  database = await createTestDatabase({ migrated: true });
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

/** As a command of the owner with these keys has it. */
function poolWith(...dataKeys: readonly DataKey[]): Pool {
  return poolAt(database.url, dataKeys);
}

/** As a part has it, by its rights. */
function poolOf(part: Part, dataKeys: readonly DataKey[]): Pool {
  return poolAt(urlOfPart(database.url, part), dataKeys);
}

function poolAt(url: string, dataKeys: readonly DataKey[]): Pool {
  const pool = createPool({ url, max: 2, applicationName: 'encryption-test', dataKeys });
  pools.push(pool);
  return pool;
}

const read = (pool: Pool) => new ReadDatabase(pool, { statementTimeoutMs: 10_000 });
const signal = new AbortController().signal;
const rotate = (pool: Pool) => rotateKeys({ pool, signal, onProgress: () => undefined });
const erase = (pool: Pool, idTag: string, dryRun = false) =>
  eraseIdTag({ pool, idTag, dryRun, signal, onProgress: () => undefined });

async function feeder(pool: Pool): Promise<Feeder> {
  const logger = pino({ level: 'silent' });
  const options = { pool, topic: TOPIC, unknownChargePoints: 'register', partitionsMax: 100 } as const;
  return Feeder.claim(new PgReadingSink({ ...options, logger, registry: new Registry(), now: () => T0 }));
}

/** Something of everything that may name a person, written by the parts that write it, and the aggregates of it. */
async function fill(keys: readonly DataKey[]): Promise<Feeder> {
  const [worker, api, gateway] = (['worker', 'api', 'gateway'] as const).map((part) =>
    poolOf(part, keys),
  ) as [...[Pool, Pool, Pool]];
  const feed = await feeder(worker);
  await createChargePoint(api, { id: 'CP-9', label: LABEL, site: 'Depot', status: 'active' });
  await feed.store([
    startMessage(0, { idTag: TAG }),
    stopMessage(1, { idTag: TAG.toLowerCase() }),
    startMessage(2, { transactionId: '8', idTag: 'OTHER' }),
    message(3, [], {
      rejects: [
        reject({
          detail: `idTag is "${TAG}"`,
          raw: JSON.stringify({ idTag: TAG, padding: 'x'.repeat(20_000), meterStop: 1 }),
          rawKind: 'stopTransaction',
        }),
      ],
    }),
  ]);
  const payload = { idTag: TAG, connectorId: 1 };
  await insertCommand(api, {
    id: COMMAND,
    chargePointId: 'CP-1',
    action: 'RemoteStartTransaction',
    payload,
    timeoutMs: 60_000,
  });
  const claimed = await claimCommands(gateway, GATEWAY, [COMMAND]);
  expect(claimed.get(COMMAND)?.payload).toEqual(payload);
  const end = {
    state: 'error',
    code: 'GenericError',
    description: `no ${TAG}`,
    details: { idTag: TAG },
  } as const;
  await endCommands(gateway, GATEWAY, [{ id: COMMAND, end, wasSent: true }]);
  await runRollups(worker);
  return feed;
}

/** All that the API and the feed tell of people. */
async function told(keys: readonly DataKey[]) {
  const pool = poolOf('api', keys);
  const question = {
    chargePointIds: undefined,
    statuses: TRANSACTION_STATUSES,
    withMereNames: true,
    transactionId: undefined,
    withPlace: false,
    ...{ fromMs: undefined, toMs: undefined, before: undefined, limit: 10, sites: null },
  };
  const parts = {
    statuses: ['open'],
    reason: undefined,
    chargePointIds: undefined,
    ...{ fromMs: undefined, toMs: undefined, before: undefined, limit: 10, maxRawBytes: 100, sites: null },
  } as const;
  return read(pool).read(async (query) => {
    const feed = await readFeed(query, 0, 100);
    const [part] = await readQuarantine(query, parts);
    const whole = await readQuarantinedPart(query, part?.id ?? 0, null);
    await query(WALK_SESSIONS);
    return {
      sessions: (await readTransactions(query, question)).map(({ id, idTag }) => [id, idTag]),
      labels: await search(query, 'garage'),
      feed: feed.kind === 'rows' ? feed.rows.filter(({ kind }) => kind === 'chargePoint') : [],
      command: await readCommand(query, 'CP-1', COMMAND),
      part: [part?.detail, part?.raw.toString(), part?.rawBytes],
      whole: [whole?.raw.toString(), whole?.rawBytes],
    };
  });
}

async function search(query: Parameters<typeof readChargePoints>[0], text: string) {
  const found = await readChargePoints(query, {
    ...{ site: undefined, statuses: ['active'], search: text, withConnection: false, sites: null },
    ...{ after: undefined, limit: 10 },
  });
  return found.map(({ id, label }) => [id, label]);
}

/** Every row of every table but the log's, as PostgreSQL writes it. */
async function stored(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  const texts = [];
  for (const { name } of rows) {
    const found = await pool.query<{ row: string }>(`select t::text as row from "${name}" t`);
    texts.push(...found.rows.map(({ row }) => row));
  }
  // bytea stands there in hexadecimal.
  return texts
    .map((row) => row + Buffer.from(/\\\\x([0-9a-f]{2,})/.exec(row)?.[1] ?? '', 'hex').toString())
    .join('\n');
}

/** Of readings and aggregates, which are there. */
async function energy(pool: Pool) {
  const digests = (await digestContent(pool, { from: null, to: null })).filter(
    ({ table }) => !['transactions', 'quarantine', 'charge_points', 'edits'].includes(table),
  );
  const filled = digests.filter(({ rows }) => rows > 0).map(({ table }) => table);
  expect(filled).toEqual(expect.arrayContaining(['readings', 'rollup_15m', 'rollup_1h', 'rollup_1d']));
  return digests;
}

describe('what identifies people', () => {
  it('stands nowhere in clear with a key, and is told by every read as it is told without', async () => {
    await fill([NEW]);

    const raw = await stored(poolWith());
    for (const secret of [TAG, TAG.toLowerCase(), 'OTHER', LABEL, 'Example'])
      expect(raw).not.toContain(secret);
    const seen = await told([NEW]);
    expect(seen.sessions.toSorted()).toEqual([
      ['7', TAG],
      ['8', 'OTHER'],
    ]);
    expect(seen.labels).toEqual([['CP-9', LABEL]]);
    expect(JSON.stringify(seen.feed)).toContain(LABEL);
    expect(seen.command).toMatchObject({
      request: { idTag: TAG, connectorId: 1 },
      errorDescription: `no ${TAG}`,
      errorDetails: { idTag: TAG },
    });
    expect(seen.part[0]).toContain(TAG);
    expect(seen.part[1]).toHaveLength(100);
    expect(seen.part[2]).toBe(seen.whole[1]);
    expect(JSON.parse(String(seen.whole[0]))).toMatchObject({ idTag: TAG, meterStop: 1 });
  });

  it('keeps the version and the feed of a charge point when its label is set to what it is', async () => {
    await fill([NEW]);
    const change = { id: 'CP-9', label: LABEL, versions: undefined, sites: null };
    expect(await changeChargePoint(poolOf('api', [NEW]), change)).toMatchObject({
      kind: 'changed',
      chargePoint: { label: LABEL, version: 1 },
    });
  });

  it('is refused when it was moved to another row, or changed, by an error that names the key alone', async () => {
    await fill([NEW]);
    await poolWith().query(
      `update transactions set id_tag = (select id_tag from transactions where external_id = '7') where external_id = '8'`,
    );
    await expect(told([NEW])).rejects.toMatchObject({
      code: 'DATA_UNREADABLE',
      message: expect.stringMatching(/^(?!.*B4A63CDF).*transactions\.id_tag.*data key new/) as unknown,
    });
  });
});

describe('a process at its start', () => {
  it('is refused without a key that was used, and with another one of its name', async () => {
    await checkDataKeys(poolWith(OLD));
    await checkDataKeys(poolWith(NEW, OLD));

    await expect(checkDataKeys(poolWith())).rejects.toMatchObject({ code: 'DATA_KEY_MISSING' });
    await expect(checkDataKeys(poolWith(NEW))).rejects.toMatchObject({
      code: 'DATA_KEY_MISSING',
      message: expect.stringContaining('the data key old,') as unknown,
    });
    await expect(checkDataKeys(poolWith(key('new'), OLD))).rejects.toMatchObject({ code: 'DATA_KEY_WRONG' });
  });
});

describe('a rotation of keys', () => {
  it('encrypts what is in clear, then what is under the old key, and says when that is needless', async () => {
    const clear = poolWith();
    await fill([]);
    const before = await told([]);
    const digests = await energy(clear);
    expect(await stored(clear)).toContain(TAG);

    const old = poolWith(OLD);
    expect(await rotate(old)).toMatchObject({ key: 'old', isComplete: true, unreadable: [], needless: [] });
    expect(await energy(clear)).toEqual(digests);
    // The feed is a copy of before, which goes by itself.
    await clear.query(`delete from feed`);
    expect(await stored(old)).not.toContain(TAG);
    const both = poolWith(NEW, OLD);
    const feed = await feeder(poolOf('worker', [OLD, NEW]));
    await feed.store([startMessage(4, { transactionId: '9', idTag: TAG })]);
    const report = await rotate(both);

    expect(report).toMatchObject({ key: 'new', isComplete: true, unreadable: [], needless: ['old'] });
    expect(report.tables.map(({ table, rows, left }) => [table, rows, left])).toEqual([
      ['transactions', 3, 0],
      ['charge_points', 1, 0],
      ['quarantine', 1, 0],
      ['commands', 1, 0],
    ]);
    const fresh = poolWith(NEW);
    await checkDataKeys(poolOf('worker', [NEW]));
    await checkDataKeys(poolOf('live', [NEW]), { encrypts: false });
    const after = await told([NEW]);
    expect({ ...after, feed: [], sessions: [] }).toEqual({ ...before, feed: [], sessions: [] });
    expect(after.sessions).toHaveLength(3);
    expect(await rotate(fresh)).toMatchObject({ needless: [], isComplete: true });
    // The session that came meanwhile has a reading, whose aggregates nobody has computed yet.
    const ofAggregates = (all: typeof digests) => all.filter(({ table }) => table.startsWith('rollup'));
    expect(ofAggregates(await energy(clear))).toEqual(ofAggregates(digests));
    const { rows } = await fresh.query(`select version from charge_points where id = 'CP-9'`);
    expect(rows).toEqual([{ version: 1 }]);
  });

  it('leaves what it can not read as it is, and tells where', async () => {
    const old = poolWith(OLD);
    await checkDataKeys(old);
    await fill([OLD]);
    await old.query(
      `update charge_points set label = overlay(label placing 'AAAA' from 20) where id = 'CP-9'`,
    );
    const report = await rotate(poolWith(NEW, OLD));
    expect(report.unreadable).toEqual([
      expect.stringContaining('charge_points.label of row CP-9') as unknown,
    ]);
    expect(report).toMatchObject({ needless: [] });
    expect(report.tables[1]).toEqual({ table: 'charge_points', rows: 0, left: 1 });
  });

  it('goes on where it was broken off', async () => {
    await fill([]);
    const broken = new AbortController();
    const pool = poolWith(NEW);
    const onProgress = (): void => broken.abort();
    const first = await rotateKeys({ pool, signal: broken.signal, onProgress });
    expect(first).toMatchObject({ isComplete: false, needless: [] });
    const second = await rotate(pool);
    expect(second.isComplete).toBe(true);
    expect(second.tables.map(({ table, rows }) => [table, rows])).toEqual([
      ['transactions', 0],
      ['charge_points', 1],
      ['quarantine', 1],
      ['commands', 1],
    ]);
  });
});

describe.each([
  ['in clear', [] as DataKey[]],
  ['encrypted', [NEW]],
])('the erasure of an id tag, %s', (_how, keys) => {
  it('takes it out of everything, leaves every figure as it is, and learns it from nobody again', async () => {
    const pool = poolWith(...keys);
    const feed = await fill(keys);
    const digests = await energy(pool);
    await pool.query(
      `insert into edits (series_id, action, from_ts, to_ts, reason)
       select min(id), 'exclude', now(), now() + interval '1 ms', $1 from series`,
      [`Says (${TAG.toLowerCase()}), not X${TAG}`],
    );

    const wanted = {
      transactions: 1,
      commands: 1,
      quarantine: 1,
      edits: 1,
      kept: { commands: 0, quarantine: 0 },
    };
    expect(await erase(pool, TAG.toLowerCase(), true)).toEqual(wanted);
    expect((await told(keys)).sessions).toContainEqual(['7', TAG]);
    expect(await erase(pool, TAG.toLowerCase())).toEqual(wanted);

    const seen = await told(keys);
    expect(seen.sessions.toSorted()).toEqual([
      ['7', ''],
      ['8', 'OTHER'],
    ]);
    expect(JSON.stringify(seen)).not.toMatch(new RegExp(TAG, 'i'));
    expect(seen.command).toMatchObject({ request: { idTag: '', connectorId: 1 } });
    expect(JSON.parse(String(seen.whole[0]))).toMatchObject({ idTag: '', meterStop: 1 });
    expect(await energy(pool)).toEqual(digests);
    expect(await erase(pool, TAG)).toEqual({
      ...wanted,
      transactions: 0,
      commands: 0,
      quarantine: 0,
      edits: 0,
    });
    const reasons = await pool.query('select reason from edits');
    expect(reasons.rows).toEqual([{ reason: `Says (…), not X${TAG}` }]);

    // A charge point sends them again, as after an outage.
    const repeated = await feed.store([
      startMessage(4, { idTag: TAG }),
      stopMessage(5, { idTag: TAG.toLowerCase() }),
    ]);
    expect(repeated.messages).toMatchObject({ stored: 0, duplicate: 2 });
    expect((await told(keys)).sessions).toContainEqual(['7', '']);
    expect(await erase(pool, TAG, true)).toMatchObject({ transactions: 0 });
  });
});
