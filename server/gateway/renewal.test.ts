import { beforeEach, describe, expect, it } from 'vitest';
import { Renewal, type Renewed } from './renewal.js';

describe('Renewal', () => {
  let clock: number;
  /** When the process of each place got it. */
  let placedAt: number[];
  let renewed: number[];
  let underWay: number;
  let during: (place: number) => Renewed | undefined;
  let renewal: Renewal;

  beforeEach(() => {
    clock = 100;
    placedAt = [1, 2, 3];
    renewed = [];
    underWay = 0;
    during = () => undefined;
    renewal = new Renewal({
      nextPlacedBefore: (moment) => {
        const place = placedAt.findIndex((at) => at < moment);
        return place < 0 ? null : place;
      },
      renew: async (place) => {
        underWay++;
        expect(underWay, 'one at a time').toBe(1);
        await Promise.resolve();
        clock += 10;
        const outcome = during(place) ?? 'renewed';
        if (outcome === 'renewed') placedAt[place] = clock;
        renewed.push(place);
        underWay--;
        return outcome;
      },
      now: () => clock,
    });
  });

  it('replaces each process once, one after the other', async () => {
    expect(await renewal.request()).toBe('renewed');
    expect(renewed).toEqual([0, 1, 2]);
  });

  it('makes one round of any number of requests at once', async () => {
    await Promise.all([renewal.request(), renewal.request(), renewal.request()]);
    expect(renewed).toEqual([0, 1, 2]);
  });

  it('replaces again only what it had replaced before a later request', async () => {
    let again: Promise<Renewed> | undefined;
    during = (place) => {
      if (place === 1 && again === undefined) again = renewal.request();
      return undefined;
    };
    await renewal.request();
    await again;
    // Place 1 was being replaced at that moment, so it counts as new; place 0 had been before.
    expect(renewed).toEqual([0, 1, 0, 2]);
  });

  it('ends with the first process that does not come up, and begins anew when asked again', async () => {
    during = (place) => (place === 1 ? 'failed' : undefined);
    expect(await renewal.request()).toBe('failed');
    expect(renewed).toEqual([0, 1]);
    during = () => undefined;
    clock = 1_000;
    expect(await renewal.request()).toBe('renewed');
    expect(renewed).toEqual([0, 1, 0, 1, 2]);
  });
});
