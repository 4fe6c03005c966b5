import { describe, expect, it } from 'vitest';
import { TimerWheel } from '../../helpers/timer-wheel.js';
import type { SessionMessage } from '../../protocol/live/server-message.js';
import { principalOf } from '../../tests/harness/principal-of.js';
import type { Principal } from '../access/access.js';
import { SessionTerm } from './session-term.js';

const T0 = Date.UTC(2026, 2, 1);
const HOUR = 3_600_000;

function setUp(principal: Principal, { maxAgeMs = HOUR, renewalWindowMs = 600_000 } = {}) {
  const state = { now: T0, ticks: 0, overAt: null as number | null };
  const wheel = new TimerWheel({ tickMs: 100, now: () => state.ticks });
  const told: SessionMessage[] = [];
  const known = new Map<string, Principal>();
  const term = new SessionTerm(principal, {
    limits: { maxAgeMs, renewalWindowMs },
    wheel,
    now: () => state.now,
    identify: (token) =>
      token === 'outage' ? Promise.reject(new Error('away')) : Promise.resolve(known.get(token) ?? null),
    tell: (message) => told.push(message),
    over: () => (state.overAt ??= state.now),
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      state.now += 100;
      state.ticks += 100;
      wheel.advance();
    }
  };
  return { state, wheel, told, known, term, pass };
}

const at = (ms: number): string => new Date(T0 + ms).toISOString();

describe('the end of a session', () => {
  it.each<[string, number, number]>([
    ['that of what was shown', 90_000, 90_000],
    ['the maximum age, where what was shown lasts longer', 2 * HOUR, HOUR],
  ])('is %s', (_, lastsMs, endMs) => {
    const { told, term, pass, state } = setUp(principalOf({ expiresAt: T0 + lastsMs }));
    term.begin();
    expect(told).toMatchObject([{ type: 'SESSION', id: null, expiresAt: at(endMs) }]);
    pass(endMs - 100);
    expect(state.overAt).toBeNull();
    pass(300);
    expect(state.overAt).toBeGreaterThanOrEqual(T0 + endMs);
  });

  it('is told with the time from which it can be renewed', () => {
    const { told, term } = setUp(principalOf(), { maxAgeMs: 1_000, renewalWindowMs: 400 });
    term.begin();
    expect(told).toMatchObject([{ renewableFrom: at(600), expiresAt: at(1_000), timestamp: at(0) }]);
  });

  it('is at once where what was shown ended on the way', () => {
    const { term, pass, state } = setUp(principalOf({ expiresAt: T0 - 1 }));
    term.begin();
    pass(200);
    expect(state.overAt).not.toBeNull();
  });

  it('never comes, and is not told, where everything is open', () => {
    const { told, term, pass, state } = setUp(principalOf(), { maxAgeMs: Infinity });
    term.begin();
    pass(2 * 60_000);
    expect(told).toEqual([]);
    expect(state.overAt).toBeNull();
  });

  it('comes soon after a process that was suspended goes on', () => {
    const { term, pass, state } = setUp(principalOf({ expiresAt: T0 + HOUR }), { maxAgeMs: 2 * HOUR });
    term.begin();
    // The clock on the wall went on, and running time did not.
    state.now += HOUR;
    pass(30_200);
    expect(state.overAt).not.toBeNull();
  });

  it('does not come for a socket that is gone', () => {
    const { term, pass, state } = setUp(principalOf({ expiresAt: T0 + 1_000 }));
    term.begin();
    term.end();
    pass(2_000);
    expect(state.overAt).toBeNull();
  });
});

describe('a renewal', () => {
  const first = principalOf({ sites: ['a', 'b'], scopes: ['readings:read'], expiresAt: T0 + 60_000 });
  const later = principalOf({ sites: ['b', 'a'], scopes: ['readings:read'], expiresAt: T0 + 120_000 });

  it('puts the end off, by somebody who is the same', async () => {
    const { known, told, term, pass, state } = setUp(first);
    known.set('new', later);
    term.begin();
    expect(await term.renew('new')).toEqual({ ok: true });
    expect(told.map(({ expiresAt }) => expiresAt)).toEqual([at(60_000), at(120_000)]);
    pass(119_900);
    expect(state.overAt).toBeNull();
    pass(300);
    expect(state.overAt).not.toBeNull();
  });

  it.each<[string, Principal]>([
    ['another name', { ...later, name: 'another' }],
    ['the name of another kind', { ...later, by: 'token' }],
    ['more sites', { ...later, sites: new Set(['a', 'b', 'c']) }],
    ['other sites', { ...later, sites: new Set(['a', 'c']) }],
    ['all sites', { ...later, sites: null }],
    ['another scope', { ...later, scopes: new Set(['admin'] as const) }],
  ])('is refused to %s', async (_, shown) => {
    const { known, told, term } = setUp(first);
    known.set('other', shown);
    term.begin();
    expect(await term.renew('other')).toMatchObject({ ok: false });
    expect(told).toHaveLength(1);
  });

  it('is refused to who is not known, before its time, twice at once, and where there is no end', async () => {
    const { known, term } = setUp(first, { renewalWindowMs: 10_000 });
    known.set('new', later);
    term.begin();
    expect(await term.renew('new')).toEqual({ ok: false, why: `it can be renewed from ${at(50_000)} on` });
    const wide = setUp(first);
    wide.term.begin();
    const [one, other] = await Promise.all([wide.term.renew('nobody'), wide.term.renew('nobody')]);
    expect([one.ok, other.ok]).toEqual([false, false]);
    expect(one).not.toEqual(other);
    const open = setUp(principalOf(), { maxAgeMs: Infinity });
    open.term.begin();
    expect(await open.term.renew('new')).toMatchObject({ ok: false });
  });

  it('can be tried again after an outage', async () => {
    const { known, term } = setUp(first);
    known.set('new', later);
    term.begin();
    await expect(term.renew('outage')).rejects.toThrow('away');
    expect(await term.renew('new')).toEqual({ ok: true });
  });

  it('of a socket that went meanwhile brings nothing back', async () => {
    const { known, told, term, pass, state } = setUp(first);
    known.set('new', later);
    term.begin();
    const renewing = term.renew('new');
    term.end();
    await renewing;
    pass(200_000);
    expect(told).toHaveLength(1);
    expect(state.overAt).toBeNull();
  });
});
