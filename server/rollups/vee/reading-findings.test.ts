import { describe, expect, it } from 'vitest';
import { ALONE, DAY, MINUTE, type PlantedReading } from '../../../tests/reference/planted-faults.js';
import { energyFound, type WindowReading } from '../compute-rollups.js';
import { contextFacts } from '../context-order.js';
import { energyKindOf } from '../energy/measurands.js';
import { samplesOf } from '../energy/sample.js';
import { findEvidence, NO_EVIDENCE, semanticsOf, type Evidence } from '../energy/semantics.js';
import { READING_RULES } from './finding.js';
import { readingFindings } from './reading-findings.js';
import { DEFAULT_THRESHOLDS } from './thresholds.js';

const CONTEXTS = ['Sample.Periodic', 'Sample.Clock', 'Trigger'];
const FACTS = contextFacts(new Map(CONTEXTS.entries()));

/** What the store would make of it: in the order of time, the greatest of several values of one key. */
function stored(readings: readonly PlantedReading[]) {
  const standing = new Map<string, PlantedReading>();
  const conflicts: { ms: number; value: number }[] = [];
  for (const each of readings) {
    const key = `${each.timestampMs}/${each.context}`;
    const known = standing.get(key);
    if (known === undefined) {
      standing.set(key, each);
    } else if (known.value !== each.value) {
      const [lost, won] = known.value < each.value ? [known, each] : [each, known];
      standing.set(key, won);
      conflicts.push({ ms: lost.timestampMs, value: lost.value });
    }
  }
  return { standing: [...standing.values()].sort((a, b) => a.timestampMs - b.timestampMs), conflicts };
}

function findingsOf(planted: readonly PlantedReading[]) {
  const { measurand = 'Energy.Active.Import.Register', unit = 'Wh' } = planted[0] ?? {};
  const { standing, conflicts } = stored(planted);
  const readings = standing.map((each): WindowReading => {
    const context = FACTS.get(CONTEXTS.indexOf(each.context ?? 'Sample.Periodic'));
    const session = each.transactionId == null ? null : Number(each.transactionId);
    return {
      ms: each.timestampMs,
      value: each.value,
      rank: context?.rank ?? 0,
      class: context?.class ?? 'sample',
      session,
      isEnd: false,
      edit: null,
      receivedMs: each.timestampMs + (each.lagMs ?? 2_000),
    };
  });
  const evidence: Record<keyof Evidence, number> = { ...NO_EVIDENCE };
  findEvidence(samplesOf(readings, { zerosLast: true }), (_, what) => (evidence[what] += 1));
  const energy = energyFound(energyKindOf(measurand), readings, semanticsOf(evidence));
  const window = {
    measurand,
    unit,
    phase: '',
    fromMs: -Infinity,
    toMs: Infinity,
    readings,
    energy,
    conflicts,
  };
  return (thresholds = DEFAULT_THRESHOLDS) => readingFindings(window, thresholds);
}

/** Cases of one series, whose findings none but its readings tell. */
const CASES = ALONE.filter(
  ({ readings, expected }) =>
    new Set(readings.map(({ measurand = '', phase = '' }) => `${measurand}/${phase}`)).size === 1 &&
    expected.every(({ rule }) => READING_RULES.has(rule)),
);

describe('the rules of one series', () => {
  it.each(CASES)('find what is there: $name', ({ readings, expected }) => {
    const found = findingsOf(readings)().map(({ rule, fromMs, toMs, evidence }) => ({
      ...{ rule, evidence, from: (fromMs - DAY) / MINUTE, to: (toMs - DAY) / MINUTE },
    }));
    expect(found).toEqual(
      expected.map(({ rule, from, to, evidence = {} }) => ({
        ...{ rule, from, to, evidence: expect.objectContaining(evidence) as unknown },
      })),
    );
  });

  it('find nothing when they are off, and by other thresholds something else', () => {
    const gap = CASES.find(({ name }) => name.startsWith('an hour without samples, of no session'));
    const ask = findingsOf(gap?.readings ?? []);
    expect(ask()).toHaveLength(1);
    expect(ask({ ...DEFAULT_THRESHOLDS, rules: new Set(['spike']) })).toEqual([]);
    expect(ask({ ...DEFAULT_THRESHOLDS, gapMs: 3_600_000 })).toEqual([]);
    expect(ask({ ...DEFAULT_THRESHOLDS, gapMs: 3_599_999 })).toHaveLength(1);
  });
});
