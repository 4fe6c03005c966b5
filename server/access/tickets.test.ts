import { describe, expect, it } from 'vitest';
import type { Principal } from './access.js';
import { isTicket, Tickets } from './tickets.js';

const T0 = Date.UTC(2026, 2, 1);
const PERSON: Principal = {
  name: 'billing (abc)',
  by: 'key',
  scopes: new Set(['readings:read', 'edits:write']),
  sites: new Set(['north']),
  chargePointIds: new Set(['CP-1']),
  expiresAt: T0 + 60_000,
};

/** As the table does it: what is taken is gone. */
function setUp() {
  const rows = new Map<string, { principal: unknown; lifetimeMs: number }>();
  const state = { now: T0 };
  const tickets = new Tickets({
    keep: ({ hash, principal, lifetimeMs }) => {
      // Through JSON, as it is in the table.
      rows.set(hash.toString('hex'), { principal: JSON.parse(JSON.stringify(principal)), lifetimeMs });
      return Promise.resolve({ expiresAt: new Date(T0 + lifetimeMs) });
    },
    take: (hash) => {
      const row = rows.get(hash.toString('hex'));
      rows.delete(hash.toString('hex'));
      return Promise.resolve(row?.principal ?? null);
    },
    now: () => state.now,
  });
  return { rows, state, tickets };
}

describe('a ticket', () => {
  it.each<[string, Principal]>([
    ['somebody with a key', PERSON],
    ['somebody with a token', { ...PERSON, by: 'token', chargePointIds: null, sites: null }],
    ['somebody who sees no site', { ...PERSON, sites: new Set() }],
    [
      'anybody',
      { name: 'anybody', scopes: new Set(['admin']), sites: null, chargePointIds: null, expiresAt: Infinity },
    ],
  ])('is of who asked for it, once: %s', async (_, principal) => {
    const { tickets } = setUp();
    const { ticket, expiresAt } = await tickets.issue(principal);
    expect(isTicket(ticket)).toBe(true);
    expect(expiresAt).toEqual(new Date(T0 + 30_000));
    expect(await tickets.redeem(ticket)).toEqual(principal);
    expect(await tickets.redeem(ticket)).toBeNull();
  });

  it('is another one each time, and is not kept itself', async () => {
    const { tickets, rows } = setUp();
    const [one, other] = [await tickets.issue(PERSON), await tickets.issue(PERSON)];
    expect(one.ticket).not.toBe(other.ticket);
    expect([...rows.keys()].join(' ')).not.toContain(one.ticket.slice(3));
    expect(rows.size).toBe(2);
  });

  it('is good no longer than what its holder showed for it', async () => {
    const { tickets, state } = setUp();
    const { ticket } = await tickets.issue({ ...PERSON, expiresAt: T0 + 1_000 });
    state.now = T0 + 1_000;
    expect(await tickets.redeem(ticket)).toBeNull();
  });

  it.each([
    '',
    'mt_',
    `mt_${'a'.repeat(42)}`,
    `mt_${'a'.repeat(44)}`,
    `MT_${'a'.repeat(43)}`,
    `mt_${'ä'.repeat(43)}`,
  ])('is not %j, which the table is not even asked for', async (text) => {
    const tickets = new Tickets({
      keep: () => Promise.reject(new Error('asked')),
      take: () => Promise.reject(new Error('asked')),
    });
    expect(isTicket(text)).toBe(false);
    expect(await tickets.redeem(text)).toBeNull();
  });

  it.each<[string, unknown]>([
    ['a scope too many is left out', { ...record(), scopes: ['readings:read', 'all:everything'] }],
  ])('%s', async (_, kept) => {
    const tickets = ticketsOf(kept);
    expect((await tickets.redeem(`mt_${'a'.repeat(43)}`))?.scopes).toEqual(new Set(['readings:read']));
  });

  it.each<[string, unknown]>([
    ['no JSON object', 'admin'],
    ['one without sites', { ...record(), sites: undefined }],
    ['one with a field of a later version', { ...record(), tenants: ['a'] }],
  ])('is nobody’s where the record is %s', async (_, kept) => {
    expect(await ticketsOf(kept).redeem(`mt_${'a'.repeat(43)}`)).toBeNull();
  });
});

function record() {
  return { name: 'x', scopes: ['admin'], sites: null, chargePointIds: null, expiresAt: null };
}

function ticketsOf(kept: unknown): Tickets {
  return new Tickets({
    keep: () => Promise.reject(new Error('not kept')),
    take: () => Promise.resolve(kept),
    now: () => T0,
  });
}
