import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedOf, type SentMessage } from './oracle.js';
import { sessionsOf, shuffled } from './sessions.js';
import { sendCalls } from './system/ocpp-calls.js';
import { digest } from './system/stored-state.js';
import { storedRollups } from './system/stored-rollups.js';
import type { System } from './system/system.js';
import { LOGS, withSystem } from './system/with-system.js';
import { contradictions, messagesOf, SAMPLE, writeWorkbook } from './workbooks.js';

let directory: string;
let file: string;
let messages: SentMessage[];
let sessions: SentMessage[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'meterpulse-workbook-'));
  file = join(directory, 'contradictions.csv');
  const sample = messagesOf(SAMPLE);
  messages = await writeWorkbook(file, [...sample.slice(0, 4_000), ...contradictions(sample, 1_000)]);
  sessions = sessionsOf([...new Set(sample.map(({ chargePointId }) => chargePointId))]);
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe.each(LOGS)('on $log', ({ brokers }) => {
  it('ends with the same rows, counters and aggregates whatever the order, with contradictions and repetitions among them', async () => {
    const expected = expectedOf([...messages, ...sessions]);
    expect(expected.conflicts.size).toBeGreaterThan(500);
    expect(expected.waiting.size).toBeGreaterThan(10);
    const ends: End[] = [];
    for (const shuffle of [undefined, 2]) {
      await withSystem({ brokers, workers: shuffle === 2 ? 2 : 1 }, async (system) => {
        const env = shuffle === undefined ? {} : { shuffle };
        await Promise.all([
          system.replay(file, { connections: 16, ...env }).done,
          sendCalls(system.gatewayUrl, shuffle === undefined ? sessions : shuffled(sessions, shuffle)),
        ]);
        await system.verify(expected, { resent: false });
        ends.push(await endOf(system));
      });
    }
    expectTheSame(ends);
  });

  it('changes no row when the same workbook is sent again, shuffled, and shows the duplicates', async () => {
    await withSystem({ brokers }, async (system) => {
      const sent = [...messages, ...sessions];
      const once = expectedOf(sent);
      await Promise.all([system.replay(file).done, sendCalls(system.gatewayUrl, sessions)]);
      await system.verify(once, { resent: false });
      const before = await endOf(system);

      await Promise.all([
        system.replay(file, { shuffle: 7 }).done,
        sendCalls(system.gatewayUrl, shuffled(sessions, 7)),
      ]);
      await system.verify(expectedOf([...sent, ...sent]), { resent: false });
      expectTheSame([before, await endOf(system)]);
      const { readings, messages: counted } = await system.stats();
      expect(counted).toEqual({
        received: 2 * sent.length,
        stored: once.messages.stored,
        duplicate: once.messages.duplicate + sent.length - once.messages.rejected,
        rejected: 2 * once.messages.rejected,
      });
      expect(readings.duplicate).toBe(
        2 * once.counts.duplicate + once.counts.stored + once.counts.conflicting + once.counts.waiting,
      );
    });
  });
});

describe.each(LOGS.slice(0, 1))('on $log', ({ brokers }) => {
  it('ends the same in the order of the sheet, in reverse, with everything sent three times, and over four workers that are killed', async () => {
    const reversed = join(directory, 'reversed.csv');
    await writeWorkbook(reversed, [...messages].reverse());
    const once = [...messages, ...sessions];
    const expected = expectedOf(once);
    const ends: End[] = [];

    await withSystem({ brokers }, async (system) => {
      await Promise.all([system.replay(file).done, sendCalls(system.gatewayUrl, sessions)]);
      await system.verify(expected, { resent: false });
      ends.push(await endOf(system));
    });
    await withSystem({ brokers }, async (system) => {
      await system.replay(reversed).done;
      await sendCalls(system.gatewayUrl, [...sessions].reverse());
      await system.settled();
      await system.verifyAggregates();
      ends.push(await endOf(system));
    });
    await withSystem({ brokers, workers: 2 }, async (system) => {
      for (const seed of [11, 12, 13]) {
        await Promise.all([
          system.replay(file, { shuffle: seed }).done,
          sendCalls(system.gatewayUrl, shuffled(sessions, seed)),
        ]);
      }
      await system.verify(expectedOf([...once, ...once, ...once]), { resent: false });
      ends.push(await endOf(system));
    });
    await withSystem({ brokers, workers: 4 }, async (system) => {
      const replaying = system.replay(file, { speed: '600x' });
      const calling = sendCalls(system.gatewayUrl, sessions);
      await replaying.until(1_000);
      await system.workers[0]?.kill9();
      await replaying.until(2_000);
      await Promise.all([system.workers[1]?.kill9(), system.startWorker()]);
      await replaying.until(3_000);
      await system.workers[2]?.kill9();
      await Promise.all([replaying.done, calling]);
      await system.verify(expected, { resent: false });
      ends.push(await endOf(system));
    });
    expect(ends).toHaveLength(4);
    expectTheSame(ends);
  });
});

interface End {
  /** Of readings, conflicts, newest readings, sessions and what waits. */
  readonly rows: string;
  readonly rollups: readonly string[];
}

/** On a system whose aggregates were verified: nothing is marked any more. */
async function endOf(system: System): Promise<End> {
  return {
    rows: digest(await system.stored()),
    rollups: await storedRollups(system.databaseUrl),
  };
}

/** Byte by byte; names the first rows that differ. */
function expectTheSame([first, ...others]: readonly End[]): void {
  const lines = new Set(first?.rollups);
  expect(lines.size).toBeGreaterThan(1_000);
  for (const { rows, rollups } of others) {
    expect(rows).toBe(first?.rows);
    expect(rollups.filter((line) => !lines.has(line)).slice(0, 5)).toEqual([]);
    expect(rollups).toHaveLength(first?.rollups.length ?? 0);
  }
}
