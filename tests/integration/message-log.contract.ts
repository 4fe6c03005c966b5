/**
 * What every message log promises. Each adapter runs this suite with its real backend.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import type { LogBatch, LogMessage, MessageLog } from '../../server/broker/message-log.js';
import { CollectingConsumer } from '../harness/collecting-consumer.js';

/** A topic or database of its own, and as many logs on it as there would be processes. */
export interface LogUnderTest {
  readonly partitions: number;
  open(options?: { publishTimeoutMs?: number }): MessageLog;
  /** For `tests/harness/consumer-process.ts`. */
  readonly processArguments: readonly string[];
  /** Removes all records, as retention does. */
  trim(): Promise<void>;
  /** How many consumers share the partitions. */
  memberCount(): Promise<number>;
  drop(): Promise<void>;
}

export interface Outage {
  /** A log whose backend can be killed. */
  readonly log: LogUnderTest;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface ContractBackend {
  create(options: { partitions: number }): Promise<LogUnderTest>;
  createForOutage(): Promise<Outage>;
}

const WAIT = { timeout: 60_000, interval: 25 };

export function describeMessageLog(name: string, backend: ContractBackend): void {
  describe(`${name} as a message log`, () => {
    let target: LogUnderTest;
    const consumers: CollectingConsumer[] = [];
    const logs: MessageLog[] = [];

    const open = (options?: { publishTimeoutMs?: number }): MessageLog => {
      const log = target.open(options);
      logs.push(log);
      return log;
    };
    const consume = (
      log: MessageLog,
      options?: ConstructorParameters<typeof CollectingConsumer>[1],
    ): CollectingConsumer => {
      const consumer = new CollectingConsumer(log, options);
      consumers.push(consumer);
      return consumer;
    };

    beforeEach(async () => {
      target = await backend.create({ partitions: 4 });
    });
    afterEach(async () => {
      await Promise.allSettled(consumers.splice(0).map((consumer) => consumer.stop()));
      await Promise.allSettled(logs.splice(0).map((log) => log.close()));
      await target.drop();
    });

    it('delivers what was published, in order for each key', async () => {
      const log = open();
      const messages = numbered(500, 17);
      for (let from = 0; from < messages.length; from += 50)
        await log.publish(messages.slice(from, from + 50));
      const consumer = consume(open());
      await vi.waitFor(() => expect(consumer.records).toHaveLength(500), WAIT);
      expect(byKey(consumer)).toEqual(grouped(messages));
      expect(new Set(consumer.records.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    });

    it('keeps each key on one partition, and publishes of different processes too', async () => {
      await open().publish(numbered(40, 8));
      await open().publish(numbered(40, 8));
      const consumer = consume(open());
      await vi.waitFor(() => expect(consumer.records).toHaveLength(80), WAIT);
      const partitionsOf = new Map<string | null, Set<number>>();
      for (const { key, partition } of consumer.records) {
        partitionsOf.set(key, (partitionsOf.get(key) ?? new Set()).add(partition));
      }
      expect([...partitionsOf.values()].map(({ size }) => size)).toEqual(Array(8).fill(1));
    });

    it('takes an empty publish as done', async () => {
      await expect(open().publish([])).resolves.toBeUndefined();
    });

    it('carries a message of 3 MiB, and odd characters in keys and values', async () => {
      const log = open();
      const large = 'x'.repeat(3 * 1024 * 1024);
      await log.publish([
        { key: 'CP-1', value: 'small' },
        { key: 'CP-1', value: large },
        { key: 'CP-1', value: 'äöü \u{1f50c} \u0000 "' },
      ]);
      await log.publish([{ key: 'CP \u0000\u{1f50c}', value: 'key with a NUL' }]);
      const consumer = consume(open());
      await vi.waitFor(() => expect(consumer.records).toHaveLength(4), WAIT);
      expect(consumer.values).toEqual(
        expect.arrayContaining(['small', large, 'äöü \u{1f50c} \u0000 "', 'key with a NUL']),
      );
    });

    it('carries a publish that is larger than one write may be', async () => {
      const value = 'y'.repeat(1024 * 1024);
      await open().publish(
        Array.from({ length: 9 }, (_, index) => ({ key: 'CP-1', value: `${index}${value}` })),
      );
      const consumer = consume(open());
      await vi.waitFor(() => expect(consumer.records).toHaveLength(9), WAIT);
      expect(consumer.values.map((text) => text?.[0])).toEqual(Array.from('012345678'));
    });

    it('delivers while it publishes, with offsets that only grow', async () => {
      const consumer = consume(open());
      const log = open();
      await vi.waitFor(() => expect(consumer.assigned).toHaveLength(4), WAIT);
      for (let round = 0; round < 20; round++) await log.publish(numbered(25, 5));
      await vi.waitFor(() => expect(consumer.records).toHaveLength(500), WAIT);
      for (const partition of consumer.assigned) {
        const offsets = consumer.records
          .filter((record) => record.partition === partition)
          .map((one) => one.offset);
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        expect(new Set(offsets).size).toBe(offsets.length);
      }
    });

    it('holds a partition back until its batch is taken, and only that one', async () => {
      const log = open();
      await log.publish(numbered(40, 8));
      const held: LogBatch[] = [];
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const consumer = consume(open(), {
        beforeTaking: async (batch) => {
          if (held.length > 0 && held[0]?.partition !== batch.partition) return;
          held.push(batch);
          await released;
        },
      });
      await vi.waitFor(() => expect(held).toHaveLength(1), WAIT);
      const others = numbered(40, 8);
      for (let round = 0; round < 5; round++) await log.publish(others);
      const first = held[0];
      const heldKeys = new Set(first?.records.map(({ key }) => key));
      const expected = others.filter(({ key }) => !heldKeys.has(key)).length * 6;
      await vi.waitFor(() => expect(consumer.records).toHaveLength(expected), WAIT);
      expect(held).toHaveLength(1);
      release();
      await vi.waitFor(() => expect(consumer.records).toHaveLength(240), WAIT);
      expect(consumer.records.filter(({ partition }) => partition === first?.partition)[0]?.offset).toBe(0);
    });

    it('begins where the worker says: the oldest, the middle, the end', async () => {
      const log = open();
      await log.publish(numbered(10, 1));
      const probe = consume(open());
      await vi.waitFor(() => expect(probe.records).toHaveLength(10), WAIT);
      const partition = probe.records[0]?.partition ?? 0;
      await probe.stop();

      const middle = consume(open(), { positions: new Map([[partition, 6]]) });
      await vi.waitFor(() => expect(middle.records).toHaveLength(4), WAIT);
      expect(middle.records.map(({ offset }) => offset)).toEqual([6, 7, 8, 9]);
      await middle.stop();

      const end = consume(open(), { positions: new Map([[partition, 10]]) });
      await vi.waitFor(() => expect(end.assigned).toHaveLength(4), WAIT);
      await log.publish([{ key: 'CP-0', value: 'new' }]);
      await vi.waitFor(() => expect(end.values).toEqual(['new']), WAIT);
      expect(end.records[0]?.offset).toBe(10);
    });

    it('refuses a position beyond the newest record, naming it', async () => {
      await open().publish(numbered(3, 1));
      const consumer = consume(open(), { onAssigned: () => Promise.resolve({ nextOffset: 99 }) });
      await expect(consumer.ended).rejects.toMatchObject({
        code: 'LOG_OFFSET_OUT_OF_RANGE',
        message: expect.stringContaining('99') as string,
      });
    });

    it('refuses a position whose records are gone', async () => {
      const log = open();
      await log.publish(numbered(40, 8));
      await target.trim();
      const consumer = consume(open(), { onAssigned: () => Promise.resolve({ nextOffset: 0 }) });
      await expect(consumer.ended).rejects.toMatchObject({ code: 'LOG_OFFSET_OUT_OF_RANGE' });
    });

    it('fails consume with what the worker fails with', async () => {
      await open().publish(numbered(3, 1));
      const bug = new Error('a bug');
      await expect(consume(open(), { beforeTaking: () => Promise.reject(bug) }).ended).rejects.toBe(bug);
      const fatal = new MeterpulseError('LOG_CLUSTER_CHANGED', 'another log');
      await expect(consume(open(), { onAssigned: () => Promise.reject(fatal) }).ended).rejects.toBe(fatal);
    });

    it('asks again when a claim fails for the moment', async () => {
      await open().publish(numbered(3, 1));
      let attempts = 0;
      const consumer = consume(open(), {
        onAssigned: () => {
          attempts += 1;
          return attempts <= 4
            ? Promise.reject(new MeterpulseError('DATABASE_UNAVAILABLE', 'down'))
            : Promise.resolve({ nextOffset: null });
        },
      });
      await vi.waitFor(() => expect(consumer.records).toHaveLength(3), WAIT);
    });

    it('shares the partitions of two consumers, and gives all to the one that stays', async () => {
      const positions = new Map<number, number | null>();
      const log = open();
      const first = consume(open(), { positions });
      await vi.waitFor(() => expect(first.assigned).toHaveLength(4), WAIT);
      const second = consume(open(), { positions });
      await vi.waitFor(() => expect(second.assigned).toHaveLength(2), WAIT);
      let published = 0;
      const publish = async (): Promise<void> => {
        await log.publish(numbered(80, 16));
        published += 80;
      };
      // While partitions move, one may still get all, and a batch may reach both: the store's fence sorts that out.
      await vi.waitFor(async () => {
        await publish();
        expect(first.records.length).toBeGreaterThan(0);
        expect(second.records.length).toBeGreaterThan(0);
      }, WAIT);
      await vi.waitFor(() => expect(distinct(first, second)).toBe(published), WAIT);

      // Before the stop: the other one may have claimed everything by the time it resolves.
      const claims = second.events.length;
      await first.stop();
      await publish();
      await vi.waitFor(() => expect(distinct(first, second)).toBe(published), WAIT);
      await vi.waitFor(() => expect(second.assignedSince(claims)).toHaveLength(4), WAIT);
      expectAssignedFirst(second);
    });

    it('takes the partitions of a consumer that was killed, with what that one had not stored', async () => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', 'tests/harness/consumer-process.ts', ...target.processArguments],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      try {
        await open().publish(numbered(40, 16));
        await once(child.stdout, 'data');
        const consumer = consume(open());
        await vi.waitFor(() => expect(consumer.assigned.length).toBeGreaterThan(0), WAIT);
        expect(consumer.assigned.length).toBeLessThan(4);
        child.kill('SIGKILL');
        await vi.waitFor(() => expect(consumer.assigned).toHaveLength(4), WAIT);
        await vi.waitFor(() => expect(distinct(consumer)).toBe(40), WAIT);
        expectAssignedFirst(consumer);
      } finally {
        child.kill('SIGKILL');
      }
    });

    it('claims all partitions anew when asked to, before it delivers more', async () => {
      const log = open();
      await log.publish(numbered(20, 8));
      const consumerLog = open();
      const consumer = consume(consumerLog);
      await vi.waitFor(() => expect(consumer.records).toHaveLength(20), WAIT);
      consumer.events.splice(0);
      consumerLog.rejoin();
      await vi.waitFor(() => expect(consumer.assigned).toHaveLength(4), WAIT);
      await log.publish(numbered(20, 8));
      await vi.waitFor(() => expect(distinct(consumer)).toBe(40), WAIT);
      expectAssignedFirst(consumer);
      expect(consumer.records).toHaveLength(40);
    });

    it('reads again from the stored position after a rejoin, dropping what was not stored', async () => {
      const log = open();
      await log.publish(numbered(20, 8));
      const consumerLog = open();
      const consumer = consume(consumerLog, { onAssigned: () => Promise.resolve({ nextOffset: null }) });
      await vi.waitFor(() => expect(consumer.records).toHaveLength(20), WAIT);
      consumerLog.rejoin();
      consumerLog.rejoin();
      await vi.waitFor(() => expect(consumer.records).toHaveLength(40), WAIT);
      expect(distinct(consumer)).toBe(20);
    });

    it('waits for the batch under way when it is stopped', async () => {
      await open().publish(numbered(5, 1));
      let release: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (release = resolve));
      const consumer = consume(open(), { beforeTaking: () => released });
      await vi.waitFor(() => expect(consumer.events.some(({ kind }) => kind === 'batch')).toBe(true), WAIT);
      let over = false;
      const stopped = consumer.stop().then(() => (over = true));
      await new Promise((resolve) => setImmediate(resolve));
      expect(over).toBe(false);
      release();
      await stopped;
      expect(consumer.records).toHaveLength(5);
    });

    it('stops at once when it has nothing to do, and when it was stopped before it began', async () => {
      const consumer = consume(open());
      await vi.waitFor(() => expect(consumer.assigned).toHaveLength(4), WAIT);
      await consumer.stop();
      const log = open();
      await log.consume({
        onAssigned: () => Promise.reject(new Error('never')),
        onBatch: () => Promise.reject(new Error('never')),
        signal: AbortSignal.abort(),
      });
    });

    it('leaves nobody in the group whenever it is stopped: before it was assigned, while others come and go', async () => {
      const leaving = Array.from({ length: 8 }, async (_, index) => {
        const consumer = consume(open());
        await new Promise((resolve) => setTimeout(resolve, index * 60));
        await consumer.stop();
      });
      await Promise.all(leaving);
      expect(await target.memberCount()).toBe(0);
      const consumer = consume(open());
      await vi.waitFor(() => expect(consumer.assigned).toHaveLength(4), WAIT);
      expect(await target.memberCount()).toBe(1);
    });

    it('tells its identity, partitions and health, and takes reports of positions', async () => {
      const log = open();
      await log.ping();
      expect(await log.partitionCount()).toBe(4);
      expect(await log.identity()).toMatch(/\S/);
      expect(await open().identity()).toBe(await log.identity());
      await log.reportStored([{ partition: 0, nextOffset: 0 }]);
      const consumer = consume(log);
      await vi.waitFor(() => expect(consumer.assigned).toHaveLength(4), WAIT);
      await log.publish(numbered(8, 8));
      await vi.waitFor(() => expect(consumer.records).toHaveLength(8), WAIT);
      await log.reportStored(
        [...consumer.positions].map(([partition, next]) => ({ partition, nextOffset: next ?? 0 })),
      );
      await log.reportStored([{ partition: 77, nextOffset: 1 }]);
    });
  });

  describe(`${name} when its backend goes down`, () => {
    it('publishes and delivers again when it is back, and has lost nothing that it confirmed', async () => {
      const outage = await backend.createForOutage();
      const publisher = outage.log.open({ publishTimeoutMs: 1_500 });
      const consumer = new CollectingConsumer(outage.log.open());
      try {
        const confirmed = new Set<string>();
        const codes = new Set<string>();
        let round = 0;
        const publishUntil = async (condition: () => boolean): Promise<void> => {
          while (!condition()) {
            const batch = numbered(20, 7, `round ${round++}`);
            await publisher.publish(batch).then(
              () => batch.forEach(({ value }) => confirmed.add(value)),
              (error: unknown) => codes.add(error instanceof MeterpulseError ? error.code : String(error)),
            );
          }
        };
        await publishUntil(() => confirmed.size >= 200);
        await vi.waitFor(() => expect(consumer.records.length).toBeGreaterThan(0), WAIT);
        const killed = outage.kill();
        await publishUntil(() => codes.size > 0);
        await killed;
        await expect(publisher.ping()).rejects.toBeInstanceOf(MeterpulseError);
        await outage.restart();
        const atRestart = confirmed.size;
        await publishUntil(() => confirmed.size >= atRestart + 200);
        expect([...codes]).toEqual(['LOG_UNAVAILABLE']);
        await vi.waitFor(() => {
          const delivered = new Set(consumer.values);
          expect([...confirmed].filter((value) => !delivered.has(value))).toEqual([]);
        }, WAIT);
      } finally {
        await consumer.stop();
        await publisher.close();
        await consumer.log.close();
        await outage.log.drop();
      }
    }, 240_000);
  });
}

/** `count` messages of `keys` charge points in turn, all different. */
export function numbered(count: number, keys: number, prefix = `${++made}`): LogMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `CP-${index % keys}`,
    value: `${prefix}:${index}`,
  }));
}
let made = 0;

function grouped(messages: readonly LogMessage[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const { key, value } of messages) (values[key] ??= []).push(value);
  return values;
}

function byKey(consumer: CollectingConsumer): Record<string, string[]> {
  return grouped(
    consumer.records.map(({ key }, index) => ({ key: key ?? '', value: consumer.values[index] ?? '' })),
  );
}

function distinct(...consumers: CollectingConsumer[]): number {
  return new Set(consumers.flatMap(({ values }) => values)).size;
}

/** No partition had a batch before its assignment, among the events kept. */
function expectAssignedFirst(consumer: CollectingConsumer): void {
  const seen = new Set<number>();
  let assignments = 0;
  for (const { kind, partition } of consumer.events) {
    if (kind === 'assigned') {
      seen.add(partition);
      assignments += 1;
    } else if (assignments > 0) expect(seen).toContain(partition);
  }
}
