import fc from 'fast-check';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { MemoryLog, record } from '../../tests/harness/memory-log.js';
import { MemorySink, unavailable, type Fault } from '../../tests/harness/memory-sink.js';
import { Worker, type WorkerOptions } from './worker.js';
import { eventually } from '../../tests/harness/eventually.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

const offsets = (count: number): number[] => Array.from({ length: count }, (_none, offset) => offset);

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function start(log: MemoryLog, sink: MemorySink, options: Partial<WorkerOptions> = {}) {
  const registry = new Registry();
  const worker = new Worker({
    ...{ log, sink, registry, maxRows: 10, maxWaitMs: 500, bufferRows: 40, stopTimeoutMs: 5_000 },
    limits: { maxAheadMs: 86_400_000, minTimestampMs: 0 },
    logger: pino({ level: 'silent' }),
    wait: async (_ms, signal) => {
      await turn();
      signal.throwIfAborted();
    },
    ...options,
  });
  const controller = new AbortController();
  const ended = worker.run(controller.signal);
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    controller.abort();
    await ended;
  };
  stops.push(() => stop().catch(() => undefined));
  return { worker, stop, ended, registry };
}

describe('the worker', () => {
  it('stores every record once and in order, and reports how far', async () => {
    const log = new MemoryLog([25, 10]);
    const sink = new MemorySink();
    const { stop, worker } = start(log, sink);
    await eventually(() => expect(sink.total).toBe(35));
    expect(worker.isReady()).toBe(true);
    await stop();
    expect(worker.isReady()).toBe(false);
    expect([...sink.stored].sort()).toEqual([
      [0, offsets(25)],
      [1, offsets(10)],
    ]);
    expect(sink.bound).toBe('log-1');
    expect(log.reported).toContainEqual({ partition: 0, nextOffset: 25 });
    expect(log.reported).toContainEqual({ partition: 1, nextOffset: 10 });
  });

  it('goes on where the store stands, over gaps in the log', async () => {
    const log = new MemoryLog([20]);
    log.partitions[0] = (log.partitions[0] ?? []).filter(({ offset }) => offset % 3 !== 1);
    const sink = new MemorySink();
    sink.positions.set(0, { epoch: 4, nextOffset: 7 });
    start(log, sink);
    await eventually(() => expect(sink.positions.get(0)).toEqual({ epoch: 5, nextOffset: 19 }));
    expect(sink.stored.get(0)).toEqual([8, 9, 11, 12, 14, 15, 17, 18]);
  });

  it('moves on over records that nobody can read, and hands them to the sink', async () => {
    const log = new MemoryLog([0]);
    log.partitions[0] = [
      { offset: 0, key: null, value: null },
      { offset: 1, key: 'x', value: Buffer.from('{{{') },
      record(0, 2),
    ];
    const sink = new MemorySink();
    start(log, sink);
    await eventually(() => expect(sink.positions.get(0)?.nextOffset).toBe(3));
    const messages = sink.batches.flatMap((batch) => batch.messages);
    expect(messages.map(({ rejects, readings }) => [rejects.length, readings.length])).toEqual([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
  });

  it('keeps the same batch through an outage of the database, not ready meanwhile', async () => {
    const log = new MemoryLog([5]);
    const sink = new MemorySink();
    let down = true;
    sink.fault = () => (down ? 'unavailable' : 'none');
    const { worker } = start(log, sink);
    await eventually(() => expect(() => worker.checkReady()).toThrow('store nothing'));
    down = false;
    await eventually(() => expect(sink.stored.get(0)).toEqual(offsets(5)));
    await eventually(() => expect(worker.isReady()).toBe(true));
  });

  it('finds out that a partition was taken from it while it has nothing to store', async () => {
    const log = new MemoryLog([4]);
    const sink = new MemorySink();
    start(log, sink, { ownershipCheckMs: 1 });
    await eventually(() => expect(sink.total).toBe(4));
    sink.positions.set(0, { epoch: 100, nextOffset: 0 });
    await eventually(() => expect(sink.stored.get(0)).toEqual([...offsets(4), ...offsets(4)]));
    expect(log.rejoins).toBe(1);
    expect(sink.positions.get(0)?.epoch).toBe(101);
  });

  it('leaves a partition to its new owner, asks for what is still its own, and stores the rest', async () => {
    const log = new MemoryLog([9, 9]);
    const sink = new MemorySink();
    let once: Fault = 'taken over';
    sink.fault = () => {
      const fault = once;
      once = 'none';
      return fault;
    };
    start(log, sink);
    await eventually(() => expect(sink.total).toBe(18));
    expect(log.rejoins).toBe(1);
    expect(sink.stored.get(0)).toEqual(offsets(9));
    expect(sink.stored.get(1)).toEqual(offsets(9));
  });

  it('bounds what it holds while the sink is slow', async () => {
    const log = new MemoryLog([1_000]);
    const sink = new MemorySink();
    let open = (): void => undefined;
    sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { registry } = start(log, sink);
    const held = async (): Promise<number> =>
      (await registry.getSingleMetric('meterpulse_worker_buffer_rows')?.get())?.values[0]?.value ?? 0;
    await eventually(async () => expect(await held()).toBeGreaterThanOrEqual(40));
    for (let i = 0; i < 50; i++) await turn();
    expect(await held()).toBeLessThanOrEqual(40 + log.batchSize);
    open();
    await eventually(() => expect(sink.stored.get(0)).toEqual(offsets(1_000)));
  });

  it('stores what it has before it stops', async () => {
    const log = new MemoryLog([30]);
    const sink = new MemorySink();
    let open = (): void => undefined;
    sink.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { stop } = start(log, sink, { bufferRows: 1_000 });
    await eventually(() => expect(sink.underWay).toBe(1));
    for (let i = 0; i < 50; i++) await turn();
    const stopped = stop();
    open();
    await stopped;
    expect(sink.stored.get(0)).toEqual(offsets(30));
  });

  it('stops in bounded time though the database hangs', async () => {
    const log = new MemoryLog([30]);
    const sink = new MemorySink();
    sink.gate = new Promise(() => undefined);
    const { stop } = start(log, sink, { stopTimeoutMs: 50 });
    await eventually(() => expect(sink.underWay).toBe(1));
    await stop();
    expect(sink.total).toBe(0);
  });

  it('stops in bounded time though the database is down', async () => {
    const log = new MemoryLog([30]);
    const sink = new MemorySink();
    sink.fault = () => 'unavailable';
    const { stop, worker } = start(log, sink, { stopTimeoutMs: 50 });
    await eventually(() => expect(() => worker.checkReady()).toThrow('store nothing'));
    await stop();
    expect(sink.total).toBe(0);
  });

  it('waits for a claim through an outage', async () => {
    const log = new MemoryLog([4]);
    const sink = new MemorySink();
    let failures = 3;
    sink.claimFault = () => (failures-- > 0 ? unavailable() : undefined);
    start(log, sink);
    await eventually(() => expect(sink.stored.get(0)).toEqual(offsets(4)));
  });

  it.each([
    [
      'the log fails for good',
      (log: MemoryLog) => log.fail(new MeterpulseError('LOG_CONSUMER_FAILED', 'gone')),
    ],
    [
      'the sink has a bug',
      (_log: MemoryLog, sink: MemorySink) => {
        sink.fault = () => new TypeError('gone');
      },
    ],
  ])('ends with the error when %s', async (_when, breakIt) => {
    const log = new MemoryLog([0]);
    const sink = new MemorySink();
    const { ended, worker } = start(log, sink);
    await eventually(() => expect(worker.isReady()).toBe(true));
    breakIt(log, sink);
    log.partitions[0]?.push(record(0, 0));
    await expect(ended).rejects.toThrow('gone');
  });

  it('counts what it did', async () => {
    const log = new MemoryLog([5]);
    const sink = new MemorySink();
    const { registry } = start(log, sink);
    await eventually(() => expect(sink.total).toBe(5));
    await eventually(async () => {
      const text = await registry.metrics();
      expect(text).toContain('meterpulse_worker_flush_rows_sum 5');
      expect(text).toMatch(/meterpulse_worker_flush_reason_total\{reason="idle"\} [1-9]/);
      expect(text).toMatch(/meterpulse_worker_messages_total\{outcome="stored"\} [1-9]/);
    });
  });
});

describe('any interleaving of outages, lost commits, take-overs and rebalances', () => {
  const fault = fc.constantFrom<Fault>('none', 'none', 'none', 'unavailable', 'commit unknown', 'taken over');

  it('stores each record exactly once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 25 }),
        fc.array(fc.nat(12), { maxLength: 8 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3 }),
        async (faults, rebalances, maxRows, batchSize, flushesMax) => {
          const log = new MemoryLog([40, 17, 3]);
          log.batchSize = batchSize;
          const sink = new MemorySink();
          const pending = [...faults];
          let claims = 0;
          sink.claimFault = () => (++claims % 4 === 0 ? unavailable() : undefined);
          sink.fault = () => pending.shift() ?? 'none';
          const { stop } = start(log, sink, { maxRows, bufferRows: 25, flushesMax });
          for (const turns of rebalances) {
            for (let i = 0; i < turns; i++) await turn();
            log.assignAll();
          }
          await eventually(() => expect(sink.total).toBeGreaterThanOrEqual(60));
          await stop();
          expect(sink.overlaps).toBe(0);
          expect([0, 1, 2].map((partition) => sink.stored.get(partition))).toEqual([
            offsets(40),
            offsets(17),
            offsets(3),
          ]);
        },
      ),
      { numRuns: 120 },
    );
  }, 120_000);
});
