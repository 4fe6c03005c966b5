import { COARSEST_STEP_WH } from './possible.js';
import type { EnergyReading } from './sample.js';

/** What samples of a register show of how it counts. */
export interface Evidence {
  readonly restarts: number;
  readonly continuations: number;
  readonly clockContradictions: number;
  readonly clockAgreements: number;
  readonly boundaryContradictions: number;
  readonly boundaryAgreements: number;
}

export const EVIDENCE_FIELDS = [
  'restarts',
  'continuations',
  'clockContradictions',
  'clockAgreements',
  'boundaryContradictions',
  'boundaryAgreements',
] as const satisfies readonly (keyof Evidence)[];

/** How a register counts. */
export interface Semantics {
  /** lifetime: it goes on from session to session. session: it starts again with each. */
  readonly kind: 'lifetime' | 'session';
  /** Readings of another register than the others. */
  readonly ignoresClock: boolean;
  readonly ignoresBoundary: boolean;
}

export const NO_EVIDENCE: Evidence = {
  restarts: 0,
  continuations: 0,
  clockContradictions: 0,
  clockAgreements: 0,
  boundaryContradictions: 0,
  boundaryAgreements: 0,
};

const ZEROS_BETWEEN = 2;
const CONTRADICTIONS = 2;

/** What all the evidence of a register says. */
export function semanticsOf(evidence: Evidence): Semantics {
  const isContradicted = (contradictions: number, agreements: number): boolean =>
    contradictions >= CONTRADICTIONS && contradictions >= agreements;
  return {
    kind: evidence.restarts > evidence.continuations ? 'session' : 'lifetime',
    ignoresClock: isContradicted(evidence.clockContradictions, evidence.clockAgreements),
    ignoresBoundary: isContradicted(evidence.boundaryContradictions, evidence.boundaryAgreements),
  };
}

/** Calls `found` for each piece of evidence, with the time it belongs to. */
export function findEvidence(
  samples: readonly EnergyReading[],
  found: (ms: number, what: keyof Evidence) => void,
): void {
  let before: EnergyReading | undefined;
  let zeros = 0;
  samples.forEach((sample, index) => {
    if (sample.value === 0) {
      zeros += 1;
      return;
    }
    if (before !== undefined && zeros <= ZEROS_BETWEEN) {
      const what = ofPair(before, sample);
      if (what !== undefined) found(sample.ms, what);
    }
    before = sample;
    zeros = 0;
    const what = ofThree(samples[index - 2], samples[index - 1], sample);
    if (what !== undefined) found(sample.ms, what);
  });
}

function ofPair(u: EnergyReading, v: EnergyReading): keyof Evidence | undefined {
  if (u.session === null || v.session === null) return undefined;
  if (u.session !== v.session) {
    if (u.class === 'clock' || v.class === 'clock') return undefined;
    return v.value < u.value ? 'restarts' : 'continuations';
  }
  if (u.class !== 'boundary' || v.class !== 'sample') return undefined;
  return v.value < u.value - COARSEST_STEP_WH ? 'boundaryContradictions' : 'boundaryAgreements';
}

/** A sample between two of another class, which agree with each other. */
function ofThree(
  x: EnergyReading | undefined,
  y: EnergyReading | undefined,
  z: EnergyReading,
): keyof Evidence | undefined {
  if (x === undefined || y === undefined || x.value === 0 || y.value === 0) return undefined;
  if (x.class !== z.class || y.class === x.class || x.value > z.value) return undefined;
  const isOutside = y.value < x.value - COARSEST_STEP_WH || y.value > z.value + COARSEST_STEP_WH;
  const isClock = x.class === 'clock' || y.class === 'clock';
  if (isOutside) return isClock ? 'clockContradictions' : 'boundaryContradictions';
  return isClock ? 'clockAgreements' : 'boundaryAgreements';
}
