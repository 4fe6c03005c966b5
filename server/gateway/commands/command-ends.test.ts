import pino from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndedCommand } from '../../../store/commands/end-commands.js';
import { createRegistryMetrics } from '../sessions/registry-metrics.js';
import { CommandEnds } from './command-ends.js';

describe('ends of commands', () => {
  let written: string[][];
  let isDown: boolean;
  let registry: Registry;
  let ends: CommandEnds;

  beforeEach(() => {
    vi.useFakeTimers();
    written = [];
    isDown = false;
    registry = new Registry();
    const write = (ended: readonly EndedCommand[]): Promise<void> => {
      if (isDown) return Promise.reject(new Error('down'));
      written.push(ended.map(({ id }) => id));
      return Promise.resolve();
    };
    ends = new CommandEnds(write, createRegistryMetrics(registry), pino({ level: 'silent' }));
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const end = (id: string): EndedCommand => ({ id, end: { state: 'timed_out' }, wasSent: true });
  const valueOf = async (name: string): Promise<number> =>
    (await registry.getSingleMetric(`meterpulse_gateway_${name}`)?.get())?.values[0]?.value ?? 0;

  it('are written at once, and together when they come while one is written', async () => {
    for (const id of ['a', 'b', 'c']) ends.put(end(id));
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toEqual([['a'], ['b', 'c']]);
    ends.put(end('d'));
    await vi.advanceTimersByTimeAsync(0);
    expect(written[2]).toEqual(['d']);
    expect(await valueOf('commands_total')).toBe(4);
  });

  it('are kept while the database is down, and dropped and counted after ten minutes', async () => {
    isDown = true;
    ends.put(end('old'));
    await vi.advanceTimersByTimeAsync(590_000);
    ends.put(end('new'));
    expect(await valueOf('command_backlog')).toBe(2);
    await vi.advanceTimersByTimeAsync(60_000);
    isDown = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toEqual([['new']]);
    expect(await valueOf('command_ends_dropped_total')).toBe(1);
  });

  it('are waited for at a stop, yet not for long', async () => {
    isDown = true;
    ends.put(end('a'));
    const closing = ends.close();
    isDown = false;
    await vi.advanceTimersByTimeAsync(1_000);
    await closing;
    expect(written).toEqual([['a']]);
    isDown = true;
    ends.put(end('b'));
    const again = ends.close();
    await vi.advanceTimersByTimeAsync(6_000);
    await again;
  });
});
