import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureAuditMonths, dropAuditMonths } from '../../store/audit/audit-months.js';
import { audited } from '../../store/audit/audited.js';
import { insertAudit } from '../../store/audit/insert-audit.js';
import { readAudit, type AuditFilter, type AuditRow } from '../../store/audit/read-audit.js';
import { createPool, type Pool } from '../../store/pool.js';
import { createChargePoint } from '../../store/registry/create-charge-point.js';
import { auditOf, TEST_ORIGIN } from '../harness/audit.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const ANY: AuditFilter = {
  ...{ fromMs: null, toMs: null, actor: null, action: null, outcome: null },
  ...{ subject: null, address: null, source: null, requestId: null },
};
const event = { ...TEST_ORIGIN, action: 'request', outcome: 'refused', subject: 'GET /v1/stats' } as const;
const MONTH_MS = 31 * 86_400_000;

describe('the audit', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 4, applicationName: 'test' });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  beforeEach(async () => {
    await asOwner(
      `alter table audit disable trigger all; delete from audit; alter table audit enable trigger all`,
    );
  });

  async function asOwner(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async function list(filter: Partial<AuditFilter> = {}, limit = Infinity): Promise<AuditRow[]> {
    const rows: AuditRow[] = [];
    for await (const page of readAudit(pool, { ...ANY, ...filter }, limit)) rows.push(...page);
    return rows;
  }

  async function months(): Promise<string[]> {
    const { rows } = await pool.query<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'audit'::regclass order by 1`,
    );
    return rows.map(({ name }) => name);
  }

  const create = (id: string) => (statements: Parameters<typeof createChargePoint>[0]) =>
    createChargePoint(statements, { id, label: '', site: '', status: 'active' });

  it('has a change when it is made, and neither when either fails', async () => {
    const done = { action: 'charge-point.create', outcome: 'done', subject: 'A' } as const;
    await audited(pool, TEST_ORIGIN, async (statements) => {
      return { result: await create('A')(statements), events: [done] };
    });
    const fails = audited(pool, TEST_ORIGIN, async (statements) => {
      await create('B')(statements);
      return { result: null, events: [{ ...done, outcome: 'unheard of' as never, subject: 'B' }] };
    });
    await expect(fails).rejects.toThrow(/audit_outcome_check|check constraint/);
    const broken = audited(pool, TEST_ORIGIN, async (statements) => {
      await create('C')(statements);
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    const { rows } = await pool.query<{ id: string }>('select id from charge_points order by id');
    expect(rows).toEqual([{ id: 'A' }]);
    expect((await auditOf(database.url)).map(({ subject }) => subject)).toEqual(['A']);
  });

  it('is only ever added to, by its owner too', async () => {
    await insertAudit(pool, [event]);
    for (const sql of ['update audit set actor = null', 'delete from audit', 'truncate audit']) {
      await expect(pool.query(sql), sql).rejects.toThrow('the audit is only ever added to');
    }
    expect(await list()).toHaveLength(1);
  });

  it('takes whatever somebody calls themselves', async () => {
    const hostile = 'a\0b\ud800\u001b[31m'.padEnd(5_000, 'x');
    await insertAudit(pool, [
      {
        ...event,
        actor: hostile,
        subject: hostile,
        address: hostile,
        requestId: hostile,
        detail: { hostile },
      },
    ]);
    const [row] = await list();
    expect(row?.actor).toHaveLength(300);
    expect(row?.actor).toMatch(/^a\ufffdb\ufffd\ufffd\[31mx/);
    expect(String(row?.detail.hostile)).toHaveLength(1_000);
  });

  it('tells when it was by the age of an entry, and how often', async () => {
    await insertAudit(pool, [{ ...event, count: 7, agoMs: 3_600_000, untilAgoMs: 60_000 }]);
    const [row] = await list();
    expect(row?.count).toBe(7);
    expect((row?.until?.getTime() ?? 0) - (row?.at.getTime() ?? 0)).toBe(3_540_000);
  });

  it('is listed from the newest on, page by page, each entry once', async () => {
    // Of one statement: many share their microsecond.
    const entries = Array.from({ length: 2_500 }, (_, n) => ({ ...event, subject: `S-${n}` }));
    await insertAudit(pool, entries);
    const rows = await list();
    expect(rows.map(({ subject }) => subject)).toEqual(entries.map(({ subject }) => subject).reverse());
    expect(await list({}, 1_001)).toEqual(rows.slice(0, 1_001));
  });

  it('is looked through by who, what, to what, from where, when and with what end', async () => {
    const other = {
      ...event,
      action: 'charge-point.create',
      outcome: 'done',
      ...{ actor: 'ada_100%', subject: 'CP-1' },
      ...{ address: '198.51.100.7', requestId: 'r-1', agoMs: 5 * 3_600_000 },
      source: 'command',
    } as const;
    await insertAudit(pool, [event, other]);
    const now = Date.now();
    const found: readonly Partial<AuditFilter>[] = [
      { actor: 'ada_100%' },
      { actor: 'ada*' },
      { action: 'charge-point.*' },
      { outcome: 'done' },
      { subject: 'CP-1' },
      { address: '198.51.100.7' },
      { source: 'command' },
      { requestId: 'r-1' },
      { toMs: now - 4 * 3_600_000 },
      { fromMs: now - 6 * 3_600_000, toMs: now - 3_600_000 },
    ];
    for (const filter of found) {
      expect(
        (await list(filter)).map(({ actor }) => actor),
        JSON.stringify(filter),
      ).toEqual(['ada_100%']);
    }
    for (const filter of [
      { actor: 'ada%' },
      { actor: 'adaX100%' },
      { subject: '%' },
      { actor: "' or 1=1 --" },
    ]) {
      expect(await list(filter), JSON.stringify(filter)).toEqual([]);
    }
  });

  it('has months made ahead, once; what came before its month was made moves into it', async () => {
    expect(await months()).toEqual(['audit_rest']);
    await insertAudit(pool, [event, { ...event, subject: 'last month', agoMs: MONTH_MS }]);
    await Promise.all([ensureAuditMonths(pool), ensureAuditMonths(pool)]);
    expect(await months()).toHaveLength(5);
    await ensureAuditMonths(pool);
    expect(await months()).toHaveLength(5);
    const { rows } = await pool.query('select from only audit_rest');
    expect(rows).toHaveLength(0);
    expect(await list()).toHaveLength(2);
    await expect(pool.query('delete from audit')).rejects.toThrow('only ever added to');
    await expect(pool.query(`select make_audit_month('1999-01-01')`)).rejects.toThrow('so far from now');
  });

  it('loses months that are older than is wanted, and says so', async () => {
    await ensureAuditMonths(pool);
    const before = await months();
    expect(await dropAuditMonths(pool, 1, TEST_ORIGIN)).toEqual([]);
    expect(await list()).toEqual([]);
    await pool.query(`select make_audit_month((current_date - interval '3 months')::date)`);
    await insertAudit(pool, [{ ...event, agoMs: 3 * 30.5 * 86_400_000 }]);
    const dropped = await dropAuditMonths(pool, 1, TEST_ORIGIN);
    expect(dropped).toHaveLength(1);
    expect(await months()).toEqual(before);
    expect(await list({ action: 'audit.drop' })).toMatchObject([
      { detail: { tables: dropped, keepMonths: 1 } },
    ]);
  });
});
