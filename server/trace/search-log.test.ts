import { describe, expect, it } from 'vitest';
import type { LogReader, LogWindow } from '../broker/log-reader.js';
import { searchLog, type LogSearch } from './search-log.js';

/** A log with a record a second from second 0 on: offsets are seconds. Nothing below `low` is left. */
function logOf(high: number, low = 0): { log: LogReader; asked: LogWindow[] } {
  const asked: LogWindow[] = [];
  const log: LogReader = {
    partitionOf: () => Promise.resolve(1),
    ranges: () => Promise.resolve(new Map([0, 1].map((partition) => [partition, { low, high }]))),
    offsetAt: (_, ms) => Promise.resolve(Math.min(Math.max(Math.ceil(ms / 1_000), low), high)),
    read: (windows) => {
      asked.push(...windows.map(({ partition, from, to }) => ({ partition, from, to })));
      return Promise.resolve(
        windows.map((each) => ({ ...each, reached: each.to, reachedMs: each.to * 1_000 })),
      );
    },
    identity: () => Promise.resolve('one'),
    close: () => Promise.resolve(),
  };
  return { log, asked };
}

const search = (overrides: Partial<LogSearch> = {}): LogSearch => ({
  ...{ key: 'CP-1', arrivals: { fromMs: 1_000_000, toMs: Infinity }, known: [], maxMessages: 5_000 },
  ...{ allPartitions: false, onRecord: () => undefined, onProgress: () => undefined },
  signal: new AbortController().signal,
  ...overrides,
});

describe('a search on the log', () => {
  it('reads the partition of the key from the time on to its end', async () => {
    const { log, asked } = logOf(3_000);
    const { lookedAt, messagesRead, isTrimmed } = await searchLog(log, search());
    expect(asked).toEqual([{ partition: 1, from: 1_000, to: 3_000 }]);
    expect(lookedAt).toMatchObject([{ fromOffset: 1_000, toOffset: 3_000, isCutOff: false }]);
    expect({ messagesRead, isTrimmed }).toEqual({ messagesRead: 2_000, isTrimmed: false });
  });

  it('stops at its limit, and says so', async () => {
    const { log, asked } = logOf(100_000);
    const { lookedAt } = await searchLog(log, search());
    expect(asked).toEqual([{ partition: 1, from: 1_000, to: 6_000 }]);
    expect(lookedAt[0]?.isCutOff).toBe(true);
  });

  it('stops at the time it is told', async () => {
    const { log, asked } = logOf(100_000);
    const arrivals = { fromMs: 1_000_000, toMs: 2_000_000 };
    const { lookedAt } = await searchLog(log, search({ arrivals }));
    expect(asked).toEqual([{ partition: 1, from: 1_000, to: 2_000 }]);
    expect(lookedAt[0]?.isCutOff).toBe(false);
  });

  it('looks around the times at which something is known to have come, and reads nothing twice', async () => {
    const { log, asked } = logOf(100_000);
    await searchLog(log, search({ known: [5_990_000, 50_000_000, 50_010_000, 90_000_000] }));
    expect(asked).toEqual([
      { partition: 1, from: 1_000, to: 6_050 },
      { partition: 1, from: 49_940, to: 50_070 },
      { partition: 1, from: 89_940, to: 90_060 },
    ]);
  });

  it('knows when retention has taken what it looks for', async () => {
    expect((await searchLog(logOf(3_000, 2_000).log, search())).isTrimmed).toBe(true);
    expect((await searchLog(logOf(3_000, 500).log, search())).isTrimmed).toBe(false);
  });

  it('reads all partitions when it is asked to', async () => {
    const { log, asked } = logOf(1_500);
    await searchLog(log, search({ allPartitions: true }));
    expect(asked.map(({ partition }) => partition)).toEqual([0, 1]);
  });
});
