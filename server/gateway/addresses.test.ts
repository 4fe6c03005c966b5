import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Addresses } from './addresses.js';

const OFF = { addressConnections: 0, addressRate: 0 };

describe('Addresses', () => {
  it('refuses what is beyond the number that may be open, cuts off what is far beyond it, and takes others', () => {
    const addresses = new Addresses({ ...OFF, addressConnections: 2 });
    const kinds = Array.from({ length: 67 }, () => addresses.arrive('192.0.2.1', 0).arrival.kind);
    expect(kinds).toEqual(['welcome', 'welcome', ...Array<string>(64).fill('refuse'), 'cut']);
    expect(addresses.arrive('192.0.2.2', 0).arrival.kind).toBe('welcome');
  });

  it('takes one again for each that has left', () => {
    const addresses = new Addresses({ ...OFF, addressConnections: 1 });
    const { visitor } = addresses.arrive('192.0.2.1', 0);
    const refused = addresses.arrive('192.0.2.1', 0);
    expect(refused.arrival).toEqual({ kind: 'refuse', limit: 'address_connections' });
    addresses.leave(refused.visitor, 0);
    expect(addresses.arrive('192.0.2.1', 0).arrival.kind).toBe('refuse');
    addresses.leave(visitor, 0);
    addresses.leave(visitor, 0);
    expect(addresses.arrive('192.0.2.1', 0).arrival.kind).toBe('welcome');
  });

  it('lets an address have its rate, however many more it asks for', () => {
    const addresses = new Addresses({ ...OFF, addressRate: 10 });
    let welcome = 0;
    for (let ms = 0; ms < 60_000; ms++) {
      const { visitor, arrival } = addresses.arrive('192.0.2.1', ms);
      if (arrival.kind === 'welcome') welcome++;
      else expect(arrival).toEqual({ kind: 'refuse', limit: 'address_rate' });
      addresses.leave(visitor, ms);
    }
    // A burst of ten seconds', and a minute of the rate.
    expect(welcome).toBeGreaterThanOrEqual(698);
    expect(welcome).toBeLessThanOrEqual(701);
  });

  it('refuses nobody where there are no bounds', () => {
    const addresses = new Addresses(OFF);
    const kinds = new Set(Array.from({ length: 5_000 }, () => addresses.arrive('::1', 0).arrival.kind));
    expect([...kinds]).toEqual(['welcome']);
  });

  it('remembers nobody who is gone and whose bucket is full, so that its memory is bounded by what is open', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (comings) => {
        const addresses = new Addresses({ addressConnections: 5, addressRate: 1 });
        const here = comings.map((host) => addresses.arrive(`192.0.2.${host}`, 0).visitor);
        for (const visitor of here) addresses.leave(visitor, 1);
        expect(addresses.size).toBe(new Set(comings).size);
        addresses.sweep(10_001);
        expect(addresses.size).toBe(0);
      }),
    );
  });
});
