import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionEvent, SessionStart, SessionStop } from '../../protocol/session.js';
import { foldSessions, NOTHING_KNOWN, type SessionAt, type SessionFacts } from './session-facts.js';

const start = (overrides: Partial<SessionStart> = {}): SessionStart => ({
  kind: 'start',
  transactionId: '7',
  evseId: 0,
  connectorId: 1,
  idTag: 'TAG',
  startedAtMs: 1_000,
  meterStartWh: 10,
  ...overrides,
});

const stop = (overrides: Partial<SessionStop> = {}): SessionStop => ({
  kind: 'stop',
  transactionId: '7',
  idTag: null,
  endedAtMs: 2_000,
  meterStopWh: 20,
  reason: 'Local',
  ...overrides,
});

const at = (event: SessionEvent, receivedAtMs: number, message = 0): SessionAt => ({
  message,
  id: 1,
  event,
  receivedAtMs,
});

function fold(events: readonly SessionAt[], known: SessionFacts = NOTHING_KNOWN) {
  const { facts, firsts } = foldSessions(new Map([[1, known]]), events);
  return { facts: facts.get(1) ?? NOTHING_KNOWN, firsts };
}

const nullable = <T>(...values: T[]) => fc.option(fc.constantFrom(...values));
/** All Starts of one connector. */
const events = fc.array(
  fc.tuple(
    fc.oneof(
      fc
        .record({
          idTag: fc.constantFrom('A', 'B'),
          startedAtMs: nullable(1, 2),
          meterStartWh: nullable(0, 5),
        })
        .map(start),
      fc
        .record({
          idTag: nullable('A', 'B'),
          endedAtMs: nullable(3, 4),
          meterStopWh: nullable(6, 7),
          reason: fc.constantFrom('Local', 'Remote'),
        })
        .map(stop),
    ),
    fc.integer({ min: 0, max: 5 }),
  ),
  { maxLength: 8 },
);

describe('what is known of a session', () => {
  it('is the same whatever the order and the division of what was told', () => {
    fc.assert(
      fc.property(events, fc.gen(), fc.nat(8), (told, gen, cut) => {
        const all = told.map(([event, receivedAtMs]) => at(event, receivedAtMs));
        const shuffled = gen(() =>
          fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        );
        const parts = fold(shuffled.slice(cut), fold(shuffled.slice(0, cut)).facts);
        expect(parts.facts).toEqual(fold(all).facts);
      }),
    );
  });

  it('is the greatest Start, by time, connector, meter and tag, a missing one being the lowest', () => {
    const inOrder = [
      start({ startedAtMs: null, meterStartWh: null, idTag: 'Z' }),
      start({ startedAtMs: null }),
      start({ connectorId: 1, idTag: 'A' }),
      start({ connectorId: 1, idTag: 'B' }),
      start({ connectorId: 1, meterStartWh: 11, idTag: 'A' }),
      start({ connectorId: 2, meterStartWh: 1, idTag: 'A' }),
      start({ startedAtMs: 1_001, connectorId: 1 }),
    ];
    for (let index = 1; index < inOrder.length; index++) {
      const [lesser, greater] = [inOrder[index - 1], inOrder[index]].map((each) => at(each ?? start(), 5));
      if (lesser === undefined || greater === undefined) throw new Error('two events');
      for (const order of [
        [lesser, greater],
        [greater, lesser],
      ]) {
        expect(fold(order).facts.start?.startedAtMs).toBe((greater.event as SessionStart).startedAtMs);
        expect(fold(order).facts.start).toMatchObject({ idTag: (greater.event as SessionStart).idTag });
      }
    }
  });

  it('keeps its very object when nothing new is told, and the first time of arrival', () => {
    const { facts } = fold([at(start(), 5), at(stop(), 6)]);
    expect(fold([at(start(), 7), at(stop(), 9), at(start({ startedAtMs: 0 }), 8)], facts).facts).toBe(facts);
    expect(fold([at(start(), 4)], facts).facts.start?.receivedAtMs).toBe(4);
  });

  it('names the first Start and the first Stop, and no later one', () => {
    const told = [at(stop(), 1), at(start(), 2), at(stop(), 3), at(start({ idTag: 'ZZ' }), 4)];
    expect([...fold(told).firsts]).toEqual(told.slice(0, 2));
    expect(fold(told, fold(told).facts).firsts.size).toBe(0);
  });

  it('holds on to its connector once it has both, whatever greater Start comes', () => {
    const elsewhere = at(start({ connectorId: 2, startedAtMs: 9_000 }), 3);
    expect(fold([at(start(), 1), elsewhere, at(stop(), 4)]).facts.start).toMatchObject({ connectorId: 2 });
    const { facts } = fold([at(start(), 1), at(stop(), 2)]);
    expect(fold([elsewhere], facts).facts).toBe(facts);
    expect(fold([at(start({ startedAtMs: 9_000 }), 3)], facts).facts.start?.startedAtMs).toBe(9_000);
  });
});
