import { describe, expect, it, vi } from 'vitest';
import { Leadership, type Leaders } from './leadership.js';
import { eventually } from '../../../../tests/harness/eventually.js';

const first: Leaders = [{ host: 'a', port: 1 }];
const second: Leaders = [{ host: 'b', port: 2 }];

describe('the leadership of a topic', () => {
  it('is asked for once, however many need it', async () => {
    const ask = vi.fn(() => Promise.resolve(first));
    const leadership = new Leadership(ask);
    expect(await Promise.all([leadership.current(), leadership.current()])).toEqual([first, first]);
    expect(await leadership.current()).toBe(first);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is asked for again after a fault, until there is an answer', async () => {
    const ask = vi.fn<() => Promise<Leaders>>().mockResolvedValueOnce(first);
    const leadership = new Leadership(ask);
    await leadership.current();
    leadership.doubt();
    ask.mockRejectedValueOnce(new Error('nobody knows'));
    expect(await leadership.current()).toBe(first);
    ask.mockResolvedValueOnce(second);
    expect(await leadership.current()).toBe(second);
    expect(await leadership.current()).toBe(second);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it('is what was known when a newer answer takes too long', async () => {
    vi.useFakeTimers();
    const ask = vi.fn<() => Promise<Leaders>>().mockResolvedValueOnce(first);
    const leadership = new Leadership(ask);
    await leadership.current();
    leadership.doubt();
    ask.mockReturnValueOnce(new Promise(() => undefined));
    const waiting = leadership.current();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toBe(first);
    vi.useRealTimers();
  });

  it('is looked at again in the background once it is old', async () => {
    let now = 0;
    const ask = vi.fn<() => Promise<Leaders>>().mockResolvedValueOnce(first).mockResolvedValueOnce(second);
    const leadership = new Leadership(ask, () => now);
    await leadership.current();
    now = 300_001;
    expect(await leadership.current()).toBe(first);
    await eventually(async () => expect(await leadership.current()).toBe(second));
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is not known of a topic without partitions, or while nobody answers', async () => {
    const ask = vi.fn<() => Promise<Leaders>>().mockResolvedValueOnce([]);
    const leadership = new Leadership(ask);
    await expect(leadership.current()).rejects.toThrow('no partitions');
    ask.mockRejectedValueOnce(new Error('no broker'));
    await expect(leadership.current()).rejects.toThrow('no broker');
  });
});
