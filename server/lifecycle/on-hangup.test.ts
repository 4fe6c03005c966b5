import { describe, expect, it, vi } from 'vitest';
import { onHangup } from './on-hangup.js';

describe('onHangup', () => {
  it('runs at each SIGHUP until it is taken back', () => {
    const run = vi.fn();
    const before = process.listenerCount('SIGHUP');
    const off = onHangup(run, false);
    process.emit('SIGHUP', 'SIGHUP');
    process.emit('SIGHUP', 'SIGHUP');
    expect(run).toHaveBeenCalledTimes(2);
    off();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });

  it('leaves the signal alone in a terminal, whose end it means', () => {
    const before = process.listenerCount('SIGHUP');
    onHangup(vi.fn(), true)();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});
