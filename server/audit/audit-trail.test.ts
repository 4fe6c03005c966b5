import pino from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../../store/audit/audit-entry.js';
import { AuditTrail } from './audit-trail.js';

const entry = (subject: string): AuditEntry => ({
  actor: 'ada',
  actorKind: 'token',
  address: '192.0.2.1',
  source: 'api',
  requestId: null,
  action: 'export',
  outcome: 'done',
  subject,
});

/** A trail whose database is away while `down`, and what it has written. */
function startTrail(maxWaiting = 10) {
  const written: AuditEntry[] = [];
  const database = { down: false };
  const registry = new Registry();
  const logged: string[] = [];
  const stop = new AbortController();
  const trail = new AuditTrail({
    write: (entries) => {
      if (database.down) return Promise.reject(new Error('the database is away'));
      written.push(...entries);
      return Promise.resolve();
    },
    source: 'api',
    logger: pino({ level: 'warn' }, { write: (line: string) => logged.push(line) }),
    registry,
    maxWaiting,
  });
  const ended = trail.run(stop.signal);
  const end = (): Promise<void> => {
    stop.abort();
    return ended;
  };
  const metric = async (name: string): Promise<number> =>
    (await registry.getSingleMetric(name)?.get())?.values[0]?.value ?? NaN;
  return { trail, written, database, logged, end, metric };
}

describe('the audit of one process', () => {
  it('writes what it is told in its order', async () => {
    const { trail, written, end } = startTrail();
    trail.note(entry('a'));
    trail.note(entry('b'));
    await vi.waitFor(() => expect(written.map(({ subject }) => subject)).toEqual(['a', 'b']));
    await end();
  });

  it('writes what is left, counted refusals too, when it stops', async () => {
    const { trail, written, end } = startTrail();
    for (let n = 0; n < 5; n++) trail.refused({ ...entry('x'), outcome: 'refused', reason: 'forbidden' });
    trail.note(entry('a'));
    await end();
    expect(written.map(({ subject, count }) => [subject, count])).toEqual([
      ['x', 1],
      ['a', undefined],
      ['x', 4],
    ]);
  });

  it('keeps entries while the database is away, and tells how long ago they were', async () => {
    const { trail, written, database, logged, end } = startTrail();
    database.down = true;
    trail.note(entry('a'));
    await vi.waitFor(() => expect(logged.join()).toContain('the audit can not be written'));
    expect(written).toEqual([]);
    database.down = false;
    await vi.waitFor(() => expect(written).toHaveLength(1));
    expect(written[0]?.agoMs).toBeGreaterThan(0);
    await end();
  });

  it('counts what it can not keep, and says so in the audit when the database is back', async () => {
    const { trail, written, database, end, metric } = startTrail(3);
    database.down = true;
    for (const name of ['a', 'b', 'c', 'd', 'e']) trail.note(entry(name));
    expect(await metric('meterpulse_audit_lost_total')).toBe(2);
    expect(await metric('meterpulse_audit_waiting')).toBe(3);
    database.down = false;
    await vi.waitFor(() => expect(written).toHaveLength(4));
    expect(written.map(({ subject }) => subject)).toEqual(['a', 'b', 'c', null]);
    expect(written[3]).toMatchObject({ action: 'audit.lost', outcome: 'failed', count: 2 });
    await end();
    expect(written).toHaveLength(4);
  });

  it('says how much is lost when the database is away at the stop', async () => {
    const { trail, database, logged, end } = startTrail();
    database.down = true;
    trail.note(entry('a'));
    await end();
    expect(logged.join()).toContain('entries of the audit are lost');
  });
});
