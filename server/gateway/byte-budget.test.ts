import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.js';

function budget() {
  const seen = { relieved: 0 };
  return { seen, budget: new ByteBudget({ pauseBytes: 1000, refuseBytes: 1500 }, () => seen.relieved++) };
}

describe('ByteBudget', () => {
  it('pauses above its mark and not at it', () => {
    const { budget: b } = budget();
    b.add(1000);
    expect(b.pausing).toBe(false);
    b.add(1);
    expect(b.pausing).toBe(true);
  });

  it('goes on pausing until the lower mark, then says so once', () => {
    const { budget: b, seen } = budget();
    b.add(1200);
    b.release(400);
    expect(b.pausing).toBe(true);
    expect(seen.relieved).toBe(0);
    b.release(100);
    expect(b.pausing).toBe(false);
    b.release(100);
    expect(seen.relieved).toBe(1);
  });

  it('refuses only above the second mark', () => {
    const { budget: b } = budget();
    b.add(1500);
    expect(b.refusing).toBe(false);
    b.add(1);
    expect(b.refusing).toBe(true);
    b.release(1);
    expect(b.refusing).toBe(false);
  });

  it('counts what sockets hold without being able to release it by frames', () => {
    const { budget: b, seen } = budget();
    b.setHeld(1100);
    expect(b.pausing).toBe(true);
    b.setHeld(0);
    expect(b.used).toBe(0);
    expect(seen.relieved).toBe(1);
  });

  it('is back at nothing and not pausing when everything added was released, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(900), { maxLength: 30 }), fc.infiniteStream(fc.nat()), (sizes, picks) => {
        const { budget: b } = budget();
        const open = [...sizes];
        for (const size of sizes) b.add(size);
        while (open.length > 0) b.release(open.splice((picks.next().value ?? 0) % open.length, 1)[0] ?? 0);
        expect([b.used, b.pausing, b.refusing]).toEqual([0, false, false]);
      }),
    );
  });
});
