import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedOf, type SentMessage } from './oracle.js';
import { sessionsOf, shuffled } from './sessions.js';
import { sendCalls } from './system/ocpp-calls.js';
import { digest } from './system/stored-state.js';
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
  it('ends with the same rows and counters whatever the order, with contradictions and repetitions among them', async () => {
    const expected = expectedOf([...messages, ...sessions]);
    expect(expected.conflicts.size).toBeGreaterThan(500);
    expect(expected.waiting.size).toBeGreaterThan(10);
    const digests: string[] = [];
    for (const shuffle of [undefined, 2]) {
      await withSystem({ brokers, workers: shuffle === 2 ? 2 : 1 }, async (system) => {
        const env = shuffle === undefined ? {} : { shuffle };
        await Promise.all([
          system.replay(file, { connections: 16, ...env }).done,
          sendCalls(system.gatewayUrl, shuffle === undefined ? sessions : shuffled(sessions, shuffle)),
        ]);
        await system.verify(expected, { resent: false });
        digests.push(digest(await system.stored()));
      });
    }
    expect(new Set(digests).size).toBe(1);
  });

  it('changes no row when the same workbook is sent again, shuffled, and shows the duplicates', async () => {
    await withSystem({ brokers }, async (system) => {
      const sent = [...messages, ...sessions];
      const once = expectedOf(sent);
      await Promise.all([system.replay(file).done, sendCalls(system.gatewayUrl, sessions)]);
      await system.verify(once, { resent: false });
      const before = digest(await system.stored());

      await Promise.all([
        system.replay(file, { shuffle: 7 }).done,
        sendCalls(system.gatewayUrl, shuffled(sessions, 7)),
      ]);
      await system.verify(expectedOf([...sent, ...sent]), { resent: false });
      expect(digest(await system.stored())).toBe(before);
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
