import { describe, expect, it } from 'vitest';
import { drainEvenly } from './drain.js';

describe('drainEvenly', () => {
  it('closes every socket once, in order, the last one not before most of the time has passed', async () => {
    const sockets = Array.from({ length: 50 }, (_, index) => index);
    const closed: { socket: number; at: number }[] = [];
    const startedAt = performance.now();
    await drainEvenly(sockets, 300, (socket) => closed.push({ socket, at: performance.now() - startedAt }));
    expect(closed.map(({ socket }) => socket)).toEqual(sockets);
    const early = closed.filter(({ at }) => at < 100).length;
    expect(early).toBeLessThan(35);
    expect(closed.at(-1)?.at).toBeGreaterThan(200);
  });

  it('closes all at once when there is no time to spread them over', async () => {
    const closed: string[] = [];
    await drainEvenly(['a', 'b'], 0, (socket) => closed.push(socket));
    expect(closed).toEqual(['a', 'b']);
  });

  it('has nothing to wait for without sockets', async () => {
    await drainEvenly([], 60_000, () => undefined);
  });
});
