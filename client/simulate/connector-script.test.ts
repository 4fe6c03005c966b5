import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../helpers/seeded-random.js';
import type { Place } from './arrivals.js';
import { ConnectorScript, type ScriptEvent } from './connector-script.js';

const DAY_MS = 86_400_000;
const BEGIN = Date.parse('2026-03-02T00:00:00Z');

function script(seed: number, place: Place = 'road', days = 1): ConnectorScript {
  return new ConnectorScript(
    {
      ...{ connectorId: 1, place, beginAt: BEGIN, endAt: BEGIN + days * DAY_MS },
      ...{ intervalMs: 60_000, idleIntervalMs: 900_000, deviceTime: (at: number) => at },
    },
    seededRandom(seed),
  );
}

function events(from: ConnectorScript): ScriptEvent[] {
  const all: ScriptEvent[] = [];
  while (from.nextAt < Infinity) all.push(from.next());
  return all;
}

const registerOf = ({ measurement }: ScriptEvent): number => Number(measurement.samples[0]?.value);

describe('what happens at a connector', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(events(script(7))).toEqual(events(script(7)));
    expect(events(script(7))).not.toEqual(events(script(8)));
  });

  it.each<Place>(['home', 'work', 'road'])('at %s keeps to its order, registers and sessions', (place) => {
    for (let seed = 0; seed < 20; seed++) {
      const all = events(script(seed, place));
      let session = 0;
      all.forEach((event, index) => {
        const before = all[index - 1];
        expect(event.step).toBe(index + 1);
        expect(event.at).toBeGreaterThanOrEqual(before?.at ?? BEGIN);
        expect(event.at).toBeLessThanOrEqual(BEGIN + DAY_MS);
        if (before !== undefined) expect(registerOf(event)).toBeGreaterThanOrEqual(registerOf(before));
        if (event.kind === 'start') {
          expect(session).toBe(0);
          session = event.session.number;
          expect(event.session.meterStartWh).toBe(registerOf(event));
        } else expect(event.session?.number ?? 0).toBe(session);
        if (event.kind === 'stop') {
          expect(event.meterStopWh).toBe(registerOf(event));
          session = 0;
        }
      });
      // What still charges at the end is stopped by it.
      expect(session).toBe(0);
    }
  });

  it('follows the curve of the day: offices fill in the morning, roads are busy in the afternoon', () => {
    const starts = (place: Place): number[] => {
      const hours = new Array<number>(24).fill(0);
      for (let seed = 0; seed < 60; seed++)
        for (const { kind, at } of events(script(seed, place)))
          if (kind === 'start') {
            const hour = new Date(at).getUTCHours();
            hours[hour] = (hours[hour] ?? 0) + 1;
          }
      return hours;
    };
    const sum = (hours: readonly number[], from: number, to: number): number =>
      hours.slice(from, to).reduce((all, each) => all + each, 0);
    const [home, work, road] = [starts('home'), starts('work'), starts('road')];
    expect(sum(work, 6, 10)).toBeGreaterThan(sum(work, 17, 24));
    expect(sum(home, 15, 21)).toBeGreaterThan(sum(home, 5, 11));
    expect(sum(road, 12, 18)).toBeGreaterThan(3 * sum(road, 0, 6));
  });

  it('has power that falls at the end of a session', () => {
    const all = events(script(3)).filter(({ kind, session }) => kind === 'sample' && session !== null);
    const first = all[0]?.session?.number;
    const watts = all
      .filter(({ session }) => session?.number === first)
      .map(({ measurement }) => Number(measurement.samples[1]?.value));
    expect(watts[0]).toBeGreaterThan(0);
    expect(watts.at(-1)).toBeLessThan(watts[0] ?? 0);
    expect([...watts].sort((a, b) => b - a)).toEqual(watts);
  });

  it('can be started and stopped from afar', () => {
    const all = script(5, 'home');
    expect(all.stopNow(BEGIN, 'Remote')).toBe(false);
    expect(all.startNow(BEGIN + 1_000.5, 'FAR')).toBe(true);
    expect(all.nextAt).toBe(BEGIN + 1_000);
    expect(all.next()).toMatchObject({ kind: 'start', session: { idTag: 'FAR' } });
    expect(all.startNow(BEGIN + 2_000, 'FAR')).toBe(false);
    expect(all.measureNow(BEGIN + 30_000)).toMatchObject({ context: 'Trigger', ordinal: 1 });
    expect(all.stopNow(BEGIN + 40_000, 'Remote')).toBe(true);
    expect(all.next()).toMatchObject({ kind: 'stop', at: BEGIN + 40_000, reason: 'Remote' });
    expect(all.session).toBeNull();
  });
});
