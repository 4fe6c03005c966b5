import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Deadline, TimerWheel } from './timer-wheel.js';

const TICK = 20;

function wheelWithClock(slots = 8) {
  const clock = { ms: 5 };
  const wheel = new TimerWheel({ tickMs: TICK, slots, now: () => clock.ms });
  const run = (ms: number, step = TICK): void => {
    for (const end = clock.ms + ms; clock.ms < end;) {
      clock.ms += Math.min(step, end - clock.ms);
      wheel.advance();
    }
  };
  return { clock, wheel, run };
}

type Operation =
  | { readonly what: 'arm'; readonly which: number; readonly inMs: number }
  | { readonly what: 'cancel'; readonly which: number }
  | { readonly what: 'pass'; readonly ms: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    what: fc.constant('arm' as const),
    which: fc.nat(9),
    inMs: fc.oneof(fc.nat(100), fc.nat(5_000), fc.double({ min: 0, max: 300, noNaN: true })),
  }),
  fc.record({ what: fc.constant('cancel' as const), which: fc.nat(9) }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 90 }) }),
);

describe('TimerWheel', () => {
  it('tells each deadline once, never early and at most two ticks late, whatever is armed, moved and cancelled', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const { clock, wheel } = wheelWithClock();
        const dueAt = new Map<number, number>();
        const deadlines = Array.from({ length: 10 }, (_, which) => {
          return new Deadline({
            due: () => {
              const expected = dueAt.get(which);
              expect(expected, 'told although it was not armed').toBeDefined();
              expect(clock.ms).toBeGreaterThanOrEqual(expected ?? Infinity);
              dueAt.delete(which);
            },
          });
        });
        for (const each of operations) {
          if (each.what === 'pass') {
            // Ticks come when they come: late ones are longer apart.
            clock.ms += each.ms;
            wheel.advance();
            for (const [which, at] of dueAt)
              expect(clock.ms - at, `deadline ${which}`).toBeLessThan(2 * TICK);
          } else if (each.what === 'cancel') {
            wheel.cancel(deadlines[each.which] as Deadline);
            dueAt.delete(each.which);
          } else {
            wheel.arm(deadlines[each.which] as Deadline, each.inMs);
            dueAt.set(each.which, clock.ms + each.inMs);
          }
          deadlines.forEach((deadline, which) => expect(deadline.armed).toBe(dueAt.has(which)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('tells in the order of the ticks what one late tick finds', () => {
    const { wheel, run } = wheelWithClock();
    const told: number[] = [];
    for (const inMs of [90, 10, 50, 30, 70]) wheel.after(inMs, () => told.push(inMs));
    run(100, 100);
    expect(told).toEqual([10, 30, 50, 70, 90]);
  });

  it('lets one that is due cancel, move and arm others, and itself again', () => {
    const { wheel, run } = wheelWithClock();
    const told: string[] = [];
    const cancelled = new Deadline({ due: () => told.push('cancelled') });
    const again = new Deadline({
      due: () => {
        told.push('again');
        if (told.length < 4) wheel.arm(again, 0);
      },
    });
    wheel.after(10, () => wheel.cancel(cancelled));
    wheel.arm(cancelled, 10);
    wheel.arm(again, 10);
    run(1_000);
    expect(told).toEqual(['again', 'again', 'again', 'again']);
    expect(cancelled.armed).toBe(false);
  });

  it('keeps deadlines of many revolutions ahead', () => {
    const { wheel, run } = wheelWithClock(4);
    const due = vi.fn();
    wheel.after(100_000, due);
    run(99_999);
    expect(due).not.toHaveBeenCalled();
    run(2 * TICK);
    expect(due).toHaveBeenCalledTimes(1);
  });

  it('does not count the time in which the process was held up', () => {
    const { clock, wheel, run } = wheelWithClock();
    const due = vi.fn();
    wheel.after(1_000, due);
    clock.ms += 3_600_000;
    wheel.advance();
    expect(due).not.toHaveBeenCalled();
    expect(wheel.now).toBe(100);
    run(880);
    expect(due).not.toHaveBeenCalled();
    run(40);
    expect(due).toHaveBeenCalledTimes(1);
  });

  it('goes on with what was due together when one of them throws', () => {
    const { wheel, run } = wheelWithClock();
    const due = vi.fn();
    wheel.after(10, () => {
      throw new Error('a bug');
    });
    wheel.after(10, due);
    expect(() => run(40)).toThrow('a bug');
    run(40);
    expect(due).toHaveBeenCalledTimes(1);
  });

  it('turns by a timer of its own between start and stop', () => {
    vi.useFakeTimers({ now: 0, toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      const wheel = new TimerWheel();
      const [first, second] = [vi.fn(), vi.fn()];
      wheel.start();
      wheel.after(100, first);
      wheel.after(1_000, second);
      vi.advanceTimersByTime(140);
      expect(first).toHaveBeenCalledTimes(1);
      wheel.stop();
      vi.advanceTimersByTime(10_000);
      expect(second).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
});
