import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchBuffer, type FlushReason } from './batch-buffer.js';

interface Item {
  readonly id: number;
  readonly rows: number;
  readonly lane: number;
}

interface Flush {
  readonly items: readonly Item[];
  readonly reason: FlushReason;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

const LIMITS = { maxRows: 10, maxWaitMs: 500, bufferRows: 30, flushWhenIdle: true, flushesMax: 1 };
const PATIENT = { ...LIMITS, flushWhenIdle: false };
const TWO = { ...LIMITS, flushesMax: 2 };

/** A buffer whose flushes end when the test says so, on a clock that the test moves. */
function setUp(limits = LIMITS) {
  const flushes: Flush[] = [];
  const failures: unknown[] = [];
  const knocks: { readonly at: number; readonly run: () => void }[] = [];
  const clock = {
    now: 0,
    /** Moves on, and runs what was scheduled until then. */
    pass(ms: number) {
      clock.now += ms;
      for (const { run } of knocks.filter(({ at }) => at <= clock.now)) run();
      knocks.splice(0, knocks.length, ...knocks.filter(({ at }) => at > clock.now));
    },
  };
  const buffer = new BatchBuffer<Item>({
    ...limits,
    now: () => clock.now,
    schedule: (run, ms) => knocks.push({ at: clock.now + ms, run }),
    flush: (items, reason) =>
      new Promise((resolve, reject) => {
        flushes.push({ items, reason, done: resolve, fail: reject });
      }),
    onFailure: (error) => failures.push(error),
  });
  let next = 0;
  const items = (count: number, rows = 1, lane = 0): Item[] =>
    Array.from({ length: count }, () => ({ id: next++, rows, lane }));
  return { buffer, flushes, failures, clock, items };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the flush policy', () => {
  it('flushes at once when the sink is idle', async () => {
    const { buffer, flushes, items } = setUp();
    await buffer.offer(() => items(3));
    expect(flushes.map(({ items, reason }) => [items.length, reason])).toEqual([[3, 'idle']]);
  });

  it('gathers what arrives during a flush, and flushes it by size when that is enough', async () => {
    const { buffer, flushes, items } = setUp();
    await buffer.offer(() => items(1));
    await buffer.offer(() => items(6));
    await buffer.offer(() => items(6));
    expect(flushes).toHaveLength(1);
    flushes[0]?.done();
    await settle();
    flushes[1]?.done();
    await settle();
    expect(flushes.map(({ items, reason }) => [items.length, reason])).toEqual([
      [1, 'idle'],
      [10, 'size'],
      [2, 'idle'],
    ]);
  });

  it('calls it an interval when the oldest record waited that long for the flush before', async () => {
    const { buffer, flushes, clock, items } = setUp();
    await buffer.offer(() => items(1));
    await buffer.offer(() => items(2));
    clock.now += 500;
    flushes[0]?.done();
    await settle();
    expect(flushes[1]?.reason).toBe('interval');
  });

  it('flushes what is left when it closes, and takes nothing more', async () => {
    const { buffer, flushes, items } = setUp();
    await buffer.offer(() => items(1));
    await buffer.offer(() => items(2));
    const closed = buffer.close();
    expect(await buffer.offer(() => items(1))).toBe(false);
    flushes[0]?.done();
    await settle();
    expect(flushes[1]).toMatchObject({ reason: 'stop', items: [{ id: 1 }, { id: 2 }] });
    flushes[1]?.done();
    await closed;
    expect(buffer.rows).toBe(0);
  });

  it('never splits a record, however large', async () => {
    const { buffer, flushes, items } = setUp();
    await buffer.offer(() => [...items(1, 9), ...items(1, 5_000), ...items(1, 1)]);
    expect(flushes[0]?.items.map(({ rows }) => rows)).toEqual([9, 5_000]);
  });

  it('makes offers wait while it is full, and reads them only when there is room', async () => {
    const { buffer, flushes, items } = setUp();
    await buffer.offer(() => items(30));
    let read = false;
    const waiting = buffer.offer(() => {
      read = true;
      return items(1);
    });
    await settle();
    expect(read).toBe(false);
    flushes[0]?.done();
    expect(await waiting).toBe(true);
    expect(buffer.rows).toBe(21);
  });

  it('refuses the offers that wait when it closes', async () => {
    const { buffer, items } = setUp();
    await buffer.offer(() => items(30));
    const waiting = buffer.offer(() => items(1));
    void buffer.close();
    expect(await waiting).toBe(false);
  });

  it('makes room by dropping', async () => {
    const { buffer, flushes, items } = setUp();
    await buffer.offer(() => items(30));
    const waiting = buffer.offer(() => items(1));
    buffer.drop(({ id }) => id >= 10);
    expect(await waiting).toBe(true);
    flushes[0]?.done();
    await settle();
    expect(flushes[1]?.items.map(({ id }) => id)).toEqual([30]);
  });

  it('stops at a flush that fails for good and says so once', async () => {
    const { buffer, flushes, failures, items } = setUp();
    await buffer.offer(() => items(1));
    await buffer.offer(() => items(1));
    const error = new Error('a bug');
    flushes[0]?.fail(error);
    await settle();
    expect(failures).toEqual([error]);
    expect(flushes).toHaveLength(1);
    expect(await buffer.offer(() => items(1))).toBe(false);
    await buffer.close();
  });
});

describe('the flush policy of a patient buffer', () => {
  it('waits for enough rows', async () => {
    const { buffer, flushes, items } = setUp(PATIENT);
    await buffer.offer(() => items(9));
    expect(flushes).toEqual([]);
    await buffer.offer(() => items(1));
    expect(flushes.map(({ items, reason }) => [items.length, reason])).toEqual([[10, 'size']]);
  });

  it('flushes what its oldest row has waited for long enough', async () => {
    const { buffer, flushes, clock, items } = setUp(PATIENT);
    await buffer.offer(() => items(2));
    clock.pass(300);
    await buffer.offer(() => items(1));
    clock.pass(199);
    expect(flushes).toEqual([]);
    clock.pass(1);
    expect(flushes.map(({ items, reason }) => [items.length, reason])).toEqual([[3, 'interval']]);
  });

  it('counts the wait from the first row after a flush by size', async () => {
    const { buffer, flushes, clock, items } = setUp(PATIENT);
    await buffer.offer(() => items(5));
    clock.pass(400);
    await buffer.offer(() => items(7));
    flushes[0]?.done();
    await settle();
    clock.pass(100);
    expect(flushes).toHaveLength(1);
    clock.pass(400);
    expect(flushes[1]).toMatchObject({ reason: 'interval', items: [{ id: 10 }, { id: 11 }] });
  });

  it('flushes what is left when it closes', async () => {
    const { buffer, flushes, items } = setUp(PATIENT);
    await buffer.offer(() => items(2));
    const closed = buffer.close();
    expect(flushes[0]?.reason).toBe('stop');
    flushes[0]?.done();
    await closed;
  });

  it('flushes when it is full, although its batches would be larger', async () => {
    const { buffer, flushes, items } = setUp({ ...PATIENT, maxRows: 100 });
    await buffer.offer(() => items(30));
    expect(flushes[0]?.items).toHaveLength(30);
  });

  it('lets a knock find nothing when all was dropped', async () => {
    const { buffer, flushes, clock, items } = setUp(PATIENT);
    await buffer.offer(() => items(2));
    buffer.drop(() => true);
    clock.pass(1_000);
    expect(flushes).toEqual([]);
  });
});

describe('a second flush', () => {
  it('begins beside the first with a full batch of other lanes, and passes over those in flight', async () => {
    const { buffer, flushes, items } = setUp(TWO);
    await buffer.offer(() => items(3, 1, 1));
    await buffer.offer(() => items(4, 1, 1));
    await buffer.offer(() => items(9, 1, 2));
    expect(flushes).toHaveLength(1);
    await buffer.offer(() => [...items(1, 1, 3), ...items(2, 1, 4)]);
    expect(flushes.map(({ items, reason }) => [items.map(({ lane }) => lane), reason])).toEqual([
      [[1, 1, 1], 'idle'],
      [[2, 2, 2, 2, 2, 2, 2, 2, 2, 3], 'size'],
    ]);
    expect(buffer.rows).toBe(19);
  });

  it('does not begin for less than a batch, nor for what waits for its own lane', async () => {
    const { buffer, flushes, items } = setUp(TWO);
    await buffer.offer(() => items(1, 1, 1));
    await buffer.offer(() => [...items(12, 1, 1), ...items(9, 1, 2)]);
    expect(flushes).toHaveLength(1);
    flushes[0]?.done();
    await settle();
    // The oldest first, now that its lane is free.
    expect(flushes[1]?.items.map(({ lane }) => lane)).toEqual(new Array(10).fill(1));
  });

  it('may end before the first: its lanes go on alone', async () => {
    const { buffer, flushes, items } = setUp(TWO);
    await buffer.offer(() => items(2, 1, 1));
    await buffer.offer(() => [...items(10, 1, 2), ...items(1, 1, 1)]);
    flushes[1]?.done();
    await settle();
    expect([...buffer.held()].map(({ lane }) => lane)).toEqual([1, 1, 1]);
    await buffer.offer(() => items(10, 1, 2));
    expect(flushes[2]?.items.map(({ lane }) => lane)).toEqual(new Array(10).fill(2));
  });

  it('takes what is left at a stop, whatever its size, and the stop waits for all', async () => {
    const { buffer, flushes, items } = setUp(TWO);
    await buffer.offer(() => items(2, 1, 1));
    await buffer.offer(() => [...items(2, 1, 2), ...items(1, 1, 1)]);
    let closed = false;
    const closing = buffer.close().then(() => (closed = true));
    expect(flushes[1]).toMatchObject({ reason: 'stop', items: [{ lane: 2 }, { lane: 2 }] });
    flushes[1]?.done();
    await settle();
    expect([flushes.length, closed]).toEqual([2, false]);
    flushes[0]?.done();
    await settle();
    expect(flushes[2]).toMatchObject({ reason: 'stop', items: [{ lane: 1 }] });
    flushes[2]?.done();
    expect(await closing).toBe(true);
  });

  it('that fails for good is told once, lets the other end, and nothing begins after it', async () => {
    const { buffer, flushes, failures, items } = setUp(TWO);
    await buffer.offer(() => items(2, 1, 1));
    await buffer.offer(() => items(15, 1, 2));
    flushes[1]?.fail(new Error('second'));
    await settle();
    flushes[0]?.fail(new Error('first'));
    await settle();
    expect(failures).toEqual([new Error('second')]);
    expect(await buffer.offer(() => items(1))).toBe(false);
    await buffer.close();
    expect(flushes).toHaveLength(2);
  });
});

describe('any interleaving of offers, ends of flushes, drops and the clock', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('offer' as const),
      count: fc.nat(12),
      rows: fc.integer({ min: 1, max: 7 }),
      lane: fc.nat(3),
    }),
    fc.record({ kind: fc.constant('flushed' as const), which: fc.nat(2), turns: fc.nat(3) }),
    fc.record({ kind: fc.constant('time' as const), ms: fc.nat(600) }),
    fc.record({ kind: fc.constant('drop' as const), modulus: fc.integer({ min: 2, max: 5 }) }),
    fc.record({ kind: fc.constant('turn' as const) }),
  );

  const limits = fc.record({ flushWhenIdle: fc.boolean(), flushesMax: fc.integer({ min: 1, max: 3 }) });

  it('loses, repeats and reorders nothing in a lane, with one flush of it at a time and within its bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        limits,
        async (steps, { flushWhenIdle, flushesMax }) => {
          const { buffer, flushes, clock, items } = setUp({ ...LIMITS, flushWhenIdle, flushesMax });
          const taken: Item[] = [];
          const dropped = new Set<number>();
          const offers: Promise<boolean>[] = [];
          const ended = new Set<Flush>();
          const underWay = (): Flush[] => flushes.filter((flush) => !ended.has(flush));
          const end = (which = 0): void => {
            const flush = underWay()[which];
            if (flush === undefined) return;
            ended.add(flush);
            flush.done();
          };
          for (const now of steps) {
            if (now.kind === 'offer') {
              const batch = (): Item[] => {
                const list = items(now.count, now.rows, now.lane);
                taken.push(...list);
                return list;
              };
              offers.push(buffer.offer(batch));
            } else if (now.kind === 'flushed') {
              end(now.which);
              for (let i = 0; i < now.turns; i++) await Promise.resolve();
            } else if (now.kind === 'time') clock.pass(now.ms);
            else if (now.kind === 'turn') await settle();
            else {
              const inFlight = new Set(flushes.flatMap((flush) => flush.items.map(({ id }) => id)));
              const matches = ({ id }: Item): boolean => id % now.modulus === 0;
              for (const item of taken) {
                if (!inFlight.has(item.id) && matches(item)) dropped.add(item.id);
              }
              buffer.drop(matches);
            }
            expect(underWay().length).toBeLessThanOrEqual(flushesMax);
            const lanes = underWay().map((flush) => [...new Set(flush.items.map(({ lane }) => lane))]);
            expect(new Set(lanes.flat()).size).toBe(lanes.flat().length);
            // One batch may cross the limit, and one more may be admitted in the same turn.
            expect(buffer.rows).toBeLessThan(LIMITS.bufferRows + 2 * 84);
          }
          const pump = setInterval(() => {
            end();
            clock.pass(LIMITS.maxWaitMs);
          }, 0);
          while (underWay().length > 0 || buffer.rows > 0) await settle();
          await Promise.all(offers);
          const closed = buffer.close();
          while (underWay().length > 0) await settle();
          await closed;
          clearInterval(pump);
          const flushed = flushes.flatMap((flush) => flush.items);
          for (const lane of [0, 1, 2, 3]) {
            expect(flushed.filter((item) => item.lane === lane)).toEqual(
              taken.filter((item) => item.lane === lane && !dropped.has(item.id)),
            );
          }
          expect(buffer.rows).toBe(0);
          for (const { items: batch } of flushes) {
            const rows = batch.reduce((sum, item) => sum + item.rows, 0);
            expect(rows - (batch.at(-1)?.rows ?? 0)).toBeLessThan(LIMITS.maxRows);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
