import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedOf, type SentMessage } from './oracle.js';
import { query } from './system/log-ends.js';
import { appendRaw } from './system/raw-records.js';
import { LOGS, withSystem } from './system/with-system.js';
import { until } from './until.js';
import { badMessages, messagesOf, SAMPLE, writeWorkbook } from './workbooks.js';

let directory: string;
let file: string;
let messages: SentMessage[];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'meterpulse-workbook-'));
  file = join(directory, 'bad-and-good.csv');
  const sample = messagesOf(SAMPLE).slice(0, 2_000);
  const bad = badMessages(126);
  const mixed = sample.flatMap((message, index) => {
    const one = index % 15 === 0 ? bad[index / 15] : undefined;
    return one === undefined ? [message] : [one, message];
  });
  messages = await writeWorkbook(file, mixed);
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe.each(LOGS)('on $log', ({ brokers }) => {
  it('keeps each part that is no reading in quarantine, stores the good parts around it, and tells of one that is deleted by hand', async () => {
    await withSystem({ brokers }, async (system) => {
      const expected = expectedOf(messages);
      const summary = await system.replay(file).done;
      expect(summary).toMatchObject({
        rows: messages.length,
        acknowledged: messages.length - expected.messages.rejected,
        rejected: expected.messages.rejected,
        badRows: 0,
      });
      expect(expected.messages.rejected).toBeGreaterThan(50);
      await system.verify(expected, { resent: false });

      const [worker] = system.workers;
      if (worker === undefined) throw new Error('no worker');
      const missing = () => system.metric(worker, 'meterpulse_accounting_missing_readings');
      expect(await missing()).toBe(0);
      await query(
        system.databaseUrl,
        'delete from readings where (series_id, ts) = (select series_id, ts from readings order by ts, series_id limit 1)',
      );
      await until('the worker tells of it', async () => (await missing()) > 0);
      expect(await missing()).toBe(1);
      await worker.logged(
        'it',
        ({ msg }) => msg?.startsWith('readings that were stored are missing') === true,
      );
    });
  });

  it('passes poison records on the log by, keeps them, and stores all that stands around them', async () => {
    await withSystem({ brokers }, async (system) => {
      const poison: (Buffer | null)[] = [
        Buffer.from('not json'),
        null,
        Buffer.alloc(0),
        Buffer.from([0xff, 0xfe, 0x00, 0x80]),
        Buffer.from('{"v":2,"kind":"meterValues","chargePointId":"CP-1"}'),
        Buffer.from('[]'),
        Buffer.from('"text with \\u0000 in it"'),
        Buffer.from(
          `{"v":1,"kind":"meterValues","chargePointId":"\\u0000","protocol":"json","messageId":null,"receivedAt":0,"payload":{}}`,
        ),
        Buffer.from('['.repeat(10_000) + ']'.repeat(10_000)),
        Buffer.from(`{"x":"${'y'.repeat(2 * 1024 * 1024)}"}`),
        Buffer.from('{"v":1,"__proto__":{"kind":"meterValues"}}'),
      ];
      const [before, after] = [messages.slice(0, 500), messages.slice(500, 1_000)];
      const files = [join(directory, 'before.csv'), join(directory, 'after.csv')] as const;
      const [first, second] = [await writeWorkbook(files[0], before), await writeWorkbook(files[1], after)];
      await system.replay(files[0]).done;
      await appendRaw(system, brokers, poison);
      await system.replay(files[1]).done;
      await system.settled();

      const kept = await query<{ raw: Buffer; reason: string }>(
        system.databaseUrl,
        'select raw, reason from quarantine where charge_point_id is null order by partition, "offset"',
      );
      expect(kept).toHaveLength(poison.length);
      expect(kept.map(({ reason }) => reason).sort()).toEqual(
        [...poison.slice(1).map(() => 'invalid_envelope'), 'nested_too_deep'].sort(),
      );
      expect(kept.some(({ raw }) => raw.toString() === 'not json')).toBe(true);
      expect(kept.some(({ raw }) => raw.length > 2 * 1024 * 1024)).toBe(true);

      const expected = expectedOf([...first, ...second]);
      const stats = await system.stats();
      expect(stats.messages).toEqual({
        ...expected.messages,
        received: expected.messages.received + poison.length,
        rejected: expected.messages.rejected + poison.length,
      });
      expect(stats.readings).toEqual({
        ...expected.counts,
        rejected: expected.counts.rejected + poison.length,
      });
      expect(system.workers.map(({ hasEnded }) => hasEnded)).toEqual([false]);
      await system.verifyAggregates();
    });
  });
});
