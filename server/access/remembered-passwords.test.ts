import { describe, expect, it } from 'vitest';
import type { KeptPassword, PasswordChanges } from '../../store/access/password-changes.js';
import { RememberedPasswords } from './remembered-passwords.js';

const hashOf = (text: string): Buffer => Buffer.alloc(32, text);
const row = (id: string, password: string, leftMs: number | null = null): KeptPassword => {
  return { id, hash: hashOf(password), leftMs };
};

function setUp(rows: KeptPassword[], max?: number) {
  const state = {
    rows,
    now: 1_000,
    pages: 0,
    errors: 0,
    isAway: false,
    next: { mark: '7', changed: new Set<string>(), passwords: [] } as PasswordChanges,
  };
  const answer = <T>(value: T): Promise<T> =>
    state.isAway ? Promise.reject(new Error('the database is away')) : Promise.resolve(value);
  const remembered = new RememberedPasswords({
    mark: () => answer('7'),
    page: ({ id }, limit) => {
      state.pages++;
      return answer(state.rows.filter((each) => each.id > id).slice(0, limit));
    },
    changes: () => answer(state.next),
    onError: () => state.errors++,
    now: () => state.now,
    everyMs: 1,
    ...(max === undefined ? {} : { max }),
  });
  const has = (id: string, password: string): boolean => remembered.has(id, [hashOf(password)]);
  return { remembered, state, has };
}

describe('remembered passwords', () => {
  it('say who is good once they are read, and of nobody else', async () => {
    const { remembered, has } = setUp([row('A', 'a'), row('A', 'A'), row('B', 'b')]);
    expect(has('A', 'a')).toBe(false);
    await remembered.look();
    expect([has('A', 'a'), has('A', 'A'), has('B', 'b')]).toEqual([true, true, true]);
    expect([has('A', 'b'), has('B', 'a'), has('C', 'a'), has('__proto__', 'a')]).toEqual(
      Array.from({ length: 4 }, () => false),
    );
  });

  it('are read page by page, all of them', async () => {
    const ids = Array.from({ length: 4_500 }, (_, at) => `CP-${String(at).padStart(5, '0')}`);
    const { remembered, state, has } = setUp(ids.map((id) => row(id, id.slice(-1))));
    await remembered.look();
    expect([remembered.size, state.pages]).toEqual([4_500, 3]);
    expect(ids.every((id) => has(id, id.slice(-1)))).toBe(true);
  });

  it('change as they are told', async () => {
    const { remembered, state, has } = setUp([row('A', 'a'), row('B', 'b')]);
    await remembered.look();
    state.next = { mark: '8', changed: new Set(['A', 'C']), passwords: [row('C', 'c')] };
    await remembered.look();
    expect([has('A', 'a'), has('B', 'b'), has('C', 'c')]).toEqual([false, true, true]);
  });

  it('end when their time is over, without a question', async () => {
    const { remembered, state, has } = setUp([row('A', 'a', 500), row('A', 'A')]);
    await remembered.look();
    state.now += 499;
    expect(has('A', 'a')).toBe(true);
    state.now += 1;
    expect([has('A', 'a'), has('A', 'A')]).toEqual([false, true]);
  });

  it('are relied on for less than four seconds after the database last answered', async () => {
    const { remembered, state, has } = setUp([row('A', 'a')]);
    await remembered.look();
    state.isAway = true;
    state.now += 3_999;
    await expect(remembered.look()).rejects.toThrow('away');
    expect(has('A', 'a')).toBe(true);
    state.now += 1;
    expect(has('A', 'a')).toBe(false);
  });

  it('are all read anew after an outage, whatever the other database says has changed', async () => {
    const { remembered, state, has } = setUp([row('A', 'a')]);
    const stop = new AbortController();
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
    };
    const running = remembered.run(stop.signal);
    await until(() => has('A', 'a'));
    state.isAway = true;
    await until(() => state.errors > 0);
    state.rows = [];
    state.isAway = false;
    await until(() => !has('A', 'a'));
    stop.abort();
    await running;
    expect(state.errors).toBe(1);
  });

  it.each<[string, Partial<PasswordChanges>]>([
    ['all may have changed', { changed: null }],
    ['the database is behind the one that was asked before', { mark: '6' }],
  ])('are all read anew when %s', async (_, told) => {
    const { remembered, state, has } = setUp([row('A', 'a')]);
    await remembered.look();
    state.rows = [row('B', 'b')];
    state.next = { ...state.next, ...told };
    await remembered.look();
    expect([has('A', 'a'), has('B', 'b')]).toEqual([false, true]);
  });

  it('are not kept where they are too many, nor when they become so', async () => {
    const many = setUp([row('A', 'a'), row('B', 'b'), row('C', 'c')], 2);
    await many.remembered.look();
    expect([many.has('A', 'a'), many.remembered.size]).toEqual([false, 0]);
    const growing = setUp([row('A', 'a'), row('B', 'b')], 2);
    await growing.remembered.look();
    growing.state.next = { mark: '8', changed: new Set(['C']), passwords: [row('C', 'c')] };
    await growing.remembered.look();
    expect([growing.has('A', 'a'), growing.has('C', 'c'), growing.remembered.size]).toEqual([
      false,
      false,
      0,
    ]);
  });
});
