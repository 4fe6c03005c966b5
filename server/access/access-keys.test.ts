import { describe, expect, it } from 'vitest';
import { AccessKeys, type KeptKey } from './access-keys.js';
import { newAccessKey, SecretHash } from './secrets.js';

const hash = new SecretHash(Buffer.alloc(32, 1));
const T0 = Date.UTC(2026, 2, 1);

function setUp(more: Partial<KeptKey> = {}) {
  const { id, key } = newAccessKey();
  const kept: KeptKey = {
    id,
    name: 'billing',
    hash: hash.ofKey(key),
    scopes: ['readings:read'],
    sites: null,
    chargePointIds: null,
    signs: false,
    expiresAt: null,
    revokedAt: null,
    ...more,
  };
  const rows = new Map([[id, kept]]);
  const asked: (readonly string[])[] = [];
  const state = { now: T0, isAway: false };
  const keys = new AccessKeys({
    find: (ids) => {
      asked.push(ids);
      if (state.isAway) return Promise.reject(new Error('the database is away'));
      return Promise.resolve(ids.flatMap((each) => rows.get(each) ?? []));
    },
    hash,
    now: () => state.now,
  });
  return { id, key, kept, rows, asked, state, keys };
}

describe('an access key', () => {
  it('shows whose it is and what they may do', async () => {
    const { id, key, keys } = setUp({
      sites: ['north'],
      chargePointIds: ['CP-1'],
      scopes: ['readings:read', 'no-such-scope'],
    });
    expect(await keys.verify(key)).toEqual({
      name: `billing (${id})`,
      by: 'key',
      scopes: new Set(['readings:read']),
      sites: new Set(['north']),
      chargePointIds: new Set(['CP-1']),
      expiresAt: Infinity,
    });
  });

  it.each<[string, (key: string) => string]>([
    ['another secret of the same id', (key) => `${key.slice(0, 16)}${newAccessKey().key.slice(16)}`],
    ['an id that is unknown', () => newAccessKey().key],
    ['the id alone', (key) => key.slice(0, 15)],
    ['a letter more', (key) => `${key}a`],
    ['another case', (key) => key.toUpperCase()],
    ['nothing', () => ''],
  ])('is refused with %s', async (_, changed) => {
    const { key, keys } = setUp();
    expect(await keys.verify(key)).not.toBeNull();
    expect(await keys.verify(changed(key))).toBeNull();
  });

  it('is refused from its end on, also while it is remembered', async () => {
    const { key, keys, state } = setUp({ expiresAt: new Date(T0 + 1_000) });
    expect(await keys.verify(key)).toMatchObject({ expiresAt: T0 + 1_000 });
    state.now = T0 + 1_000;
    expect(await keys.verify(key)).toBeNull();
  });

  it('is refused once it is revoked, at the latest when what is remembered is too old', async () => {
    const { id, key, kept, rows, keys, state } = setUp();
    expect(await keys.verify(key)).not.toBeNull();
    rows.set(id, { ...kept, revokedAt: new Date(T0) });
    state.now = T0 + 5_000;
    expect(await keys.verify(key)).toBeNull();
  });

  it('costs one question in five seconds, be it good or made up', async () => {
    const { key, keys, asked, state } = setUp();
    const unknown = newAccessKey().key;
    for (let at = 0; at < 10; at++) {
      await keys.verify(key);
      await keys.verify(unknown);
    }
    expect(asked).toHaveLength(2);
    state.now = T0 + 5_000;
    await keys.verify(key);
    expect(asked).toHaveLength(3);
  });

  it('is asked for with others that come meanwhile: a storm is two questions', async () => {
    const { key, keys, asked } = setUp();
    await Promise.all([
      keys.verify(key),
      ...Array.from({ length: 500 }, () => keys.verify(newAccessKey().key)),
    ]);
    expect(asked.map(({ length }) => length)).toEqual([1, 500]);
  });

  it('is neither good nor bad while that can not be found out', async () => {
    const { key, keys, state } = setUp();
    state.isAway = true;
    await expect(keys.verify(key)).rejects.toThrow('away');
    state.isAway = false;
    expect(await keys.verify(key)).not.toBeNull();
  });
});
