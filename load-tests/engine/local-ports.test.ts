import { describe, expect, it } from 'vitest';
import { LocalPorts } from './local-ports.js';

describe('ports of an own address', () => {
  it('come one after the other, and from the beginning after the last', () => {
    const ports = new LocalPorts(() => 0.999_99);
    expect([ports.next(), ports.next(), ports.next()]).toEqual([60_999, 12_000, 12_001]);
  });

  it('are all different for as many sockets as there are', () => {
    const ports = new LocalPorts();
    const lap = Array.from({ length: 49_000 }, () => ports.next());
    expect(new Set(lap).size).toBe(49_000);
    expect(Math.min(...lap)).toBe(12_000);
    expect(Math.max(...lap)).toBe(60_999);
  });
});
