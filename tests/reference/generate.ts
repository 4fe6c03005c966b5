/**
 * Small worlds for property tests: what a few connectors measured, with everything that goes wrong. A world is made of plain
 * scripts of ticks, so that what fails shrinks to the few ticks that matter.
 */
import fc from 'fast-check';
import { playConnector } from './generate-connector.js';
import { script, troubledScript } from './generate-script.js';
import { seriesText, type Conflict, type Facts, type Reading, type Session } from './model.js';

const MOST_READINGS = 150;
/** Around an edge of 15 minutes, midnight UTC, and both changes of the clock in Berlin. */
const BEGINNINGS = [
  '2026-03-10T09:52:00Z',
  '2026-03-10T23:41:00Z',
  '2026-03-29T00:38:00Z',
  '2026-03-28T22:47:00Z',
  '2026-10-25T00:38:00Z',
  '2026-10-24T21:52:00Z',
].map((iso) => Date.parse(iso));

/** 1 to 150 readings of one to three charge points. */
export const world: fc.Arbitrary<Facts> = fc
  .record({
    beginsAtMs: fc.constantFrom(...BEGINNINGS),
    chargePoints: fc.oneof(
      {
        weight: 3,
        arbitrary: fc.array(fc.array(script, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      },
      { weight: 1, arbitrary: troubledScript.map((each) => [[each]]) },
    ),
    /** Which readings have a value that lost against them. */
    conflicts: fc.array(fc.nat({ max: MOST_READINGS }), { maxLength: 4 }),
  })
  .map(({ beginsAtMs, chargePoints, conflicts }) => {
    const readings: Reading[] = [];
    const sessions: Session[] = [];
    chargePoints.forEach((scripts, chargePoint) => {
      const played = new Set<string>();
      for (const each of scripts) {
        const place = JSON.stringify(each.place);
        if (played.has(place)) continue;
        played.add(place);
        const connector = playConnector(`CP-${chargePoint + 1}`, each, beginsAtMs);
        readings.push(...connector.readings);
        sessions.push(...connector.sessions);
      }
    });
    const unique = uniqueReadings(readings).slice(0, MOST_READINGS);
    return {
      readings: unique,
      conflicts: conflictsOf(unique, conflicts),
      sessions: uniqueSessions(sessions),
      edits: [],
    };
  })
  .filter(({ readings }) => readings.length > 0);

/** The same facts in another order. */
export function shuffledFacts(facts: Facts): fc.Arbitrary<Facts> {
  const shuffled = <T>(all: readonly T[]): fc.Arbitrary<T[]> =>
    fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length });
  return fc.record({
    readings: shuffled(facts.readings),
    conflicts: shuffled(facts.conflicts),
    sessions: shuffled(facts.sessions),
    edits: shuffled(facts.edits),
  });
}

/** The first of each series, time and context. */
function uniqueReadings(readings: readonly Reading[]): Reading[] {
  const found = new Map<string, Reading>();
  for (const reading of readings) {
    const key = `${seriesText(reading.series)} | ${reading.timestampMs} | ${reading.context}`;
    if (!found.has(key)) found.set(key, reading);
  }
  return [...found.values()];
}

/** The first of each charge point and name: a transaction is stored once. */
function uniqueSessions(sessions: readonly Session[]): Session[] {
  const found = new Map<string, Session>();
  for (const session of sessions) {
    const key = JSON.stringify([session.chargePointId, session.transaction]);
    if (!found.has(key)) found.set(key, session);
  }
  return [...found.values()];
}

function conflictsOf(readings: readonly Reading[], indexes: readonly number[]): Conflict[] {
  return indexes.flatMap((index) => {
    const reading = readings[index % Math.max(1, readings.length)];
    return reading === undefined ? [] : [{ series: reading.series, timestampMs: reading.timestampMs }];
  });
}
