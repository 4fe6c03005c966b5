import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.js';
import { RequestLimits, type RequestLimit } from './request-limits.js';
import { SharedCounts, type CountStore } from './shared-counts.js';

/** Counts of all processes, in one minute that doesn't end. */
function memoryStore() {
  const counts = new Map<string, number>();
  const state = { isAway: false, statements: 0 };
  const store: CountStore = {
    count: (given) => {
      state.statements++;
      if (state.isAway) return Promise.reject(new Error('away'));
      return Promise.resolve(
        given.map(({ subject, requests }) => {
          const current = (counts.get(subject.toString('hex')) ?? 0) + requests;
          counts.set(subject.toString('hex'), current);
          return { subject, current, previous: 0, elapsedMs: 0 };
        }),
      );
    },
    forget: () => Promise.resolve(),
  };
  return { store, state };
}

function setUp(perMinute: Partial<Record<RequestLimit, number>> = {}, store = memoryStore().store) {
  const limited: RequestLimit[] = [];
  const counts = new SharedCounts({ store, onError: () => undefined, now: () => 0 });
  const limits = new RequestLimits({
    counts,
    clientAddress: clientAddress([]),
    perMinute: { key: 10, site: 0, address: 0, ...perMinute },
    onLimited: (limit) => limited.push(limit),
  });
  const times = (count: number, ask: () => unknown) =>
    Array.from({ length: count }, ask).filter((refused) => refused === null).length;
  return { counts, limits, limited, times };
}

const key = (name: string, sites: readonly string[] | null = null) =>
  ({ by: 'key', name, sites: sites === null ? null : new Set(sites) }) as const;

describe('the limits of requests', () => {
  it('are of each key', () => {
    const { limits, limited, times } = setUp();
    expect(times(15, () => limits.ofPrincipal(key('a')))).toBe(10);
    expect(times(15, () => limits.ofPrincipal(key('b')))).toBe(10);
    expect(limited).toEqual(Array<string>(10).fill('key'));
    const refused = limits.ofPrincipal(key('a'));
    expect(refused).toMatchObject({ limit: 'key', perMinute: 10 });
    expect(refused?.retryAfterS).toBeGreaterThan(59);
  });

  it('tell a key from a token of the same name', () => {
    const { limits, times } = setUp();
    expect(times(15, () => limits.ofPrincipal(key('a')))).toBe(10);
    expect(limits.ofPrincipal({ by: 'token', name: 'a', sites: null })).toBeNull();
  });

  it('are of all together who are shown a site', () => {
    const { limits, times } = setUp({ key: 0, site: 10 });
    const who = ['a', 'b', 'c'];
    expect(times(30, () => limits.ofPrincipal(key(who.pop() ?? 'd', ['north'])))).toBe(10);
    expect(limits.ofPrincipal(key('e', ['north', 'south']))).toMatchObject({ limit: 'site' });
    expect(limits.ofPrincipal(key('e', ['south']))).toBeNull();
    expect(limits.ofPrincipal(key('f'))).toBeNull();
  });

  it('take nothing of one limit for what another one refuses', () => {
    const { limits, times } = setUp({ key: 5, site: 10 });
    expect(times(20, () => limits.ofPrincipal(key('a', ['north'])))).toBe(5);
    expect(times(20, () => limits.ofPrincipal(key('b', ['north'])))).toBe(5);
    expect(times(20, () => limits.ofPrincipal(key('c', ['north'])))).toBe(0);
  });

  it('are of an address, or of a /64 of IPv6, and not of this machine', () => {
    const { limits, times } = setUp({ address: 10 });
    const from = (remoteAddress: string) => limits.ofAddress(limits.addressOf(remoteAddress, undefined));
    expect(times(15, () => from('203.0.113.1'))).toBe(10);
    expect(times(15, () => from('::ffff:203.0.113.1'))).toBe(0);
    let at = 0;
    expect(times(15, () => from(`2001:db8::${++at}`))).toBe(10);
    for (const own of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(
        times(50, () => from(own)),
        own,
      ).toBe(50);
    }
  });

  it('are not of those who need to show nothing', () => {
    const { limits, times } = setUp({ site: 10, address: 10 });
    expect(times(100, () => limits.ofPrincipal({ name: 'anybody', sites: null }))).toBe(100);
  });

  it('are one for all processes, as soon as these have told each other', async () => {
    const { store, state } = memoryStore();
    const one = setUp({}, store);
    const other = setUp({}, store);
    expect(one.times(6, () => one.limits.ofPrincipal(key('a')))).toBe(6);
    expect(other.times(1, () => other.limits.ofPrincipal(key('a')))).toBe(1);
    await one.counts.share();
    await other.counts.share();
    expect(other.times(20, () => other.limits.ofPrincipal(key('a')))).toBe(3);
    expect(state.statements).toBe(2);
    await other.counts.share();
    // It hears of the others with the next of its own that it tells.
    expect(one.times(1, () => one.limits.ofPrincipal(key('a')))).toBe(1);
    await one.counts.share();
    expect(one.times(20, () => one.limits.ofPrincipal(key('a')))).toBe(0);
  });

  it('cost one statement for all who asked meanwhile, and none when nobody did', async () => {
    const { store, state } = memoryStore();
    const { counts, limits } = setUp({}, store);
    for (let at = 0; at < 1_000; at++) limits.ofPrincipal(key(`key ${at}`));
    await counts.share();
    await counts.share();
    expect(state.statements).toBe(1);
  });

  it('go on in each process by itself while the database is away', async () => {
    const { store, state } = memoryStore();
    const { counts, limits, times } = setUp({}, store);
    state.isAway = true;
    expect(times(6, () => limits.ofPrincipal(key('a')))).toBe(6);
    await expect(counts.share()).rejects.toThrow('away');
    expect(times(20, () => limits.ofPrincipal(key('a')))).toBe(4);
  });
});
