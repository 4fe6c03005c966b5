/** docs/energy.md, "Energy of a register", 1: how a register counts. */
import type { Evidence, SemanticsRow } from './model.js';
import type { Sample } from './samples.js';

const TOLERANCE_WH = 1_000;

export type Semantics = Omit<SemanticsRow, 'series'>;

/** @param samples all of the register, one an instant, in the order of time. */
export function inferSemantics(samples: readonly Sample[]): Semantics {
  const evidence = evidenceOf(samples);
  return {
    ...evidence,
    kind: evidence.restarts > evidence.continuations ? 'session' : 'lifetime',
    ignoresClock: isOfAnother(evidence.clockContradictions, evidence.clockAgreements),
    ignoresBoundary: isOfAnother(evidence.boundaryContradictions, evidence.boundaryAgreements),
  };
}

export function hasEvidence(evidence: Evidence): boolean {
  return (
    evidence.restarts > 0 ||
    evidence.continuations > 0 ||
    evidence.clockContradictions > 0 ||
    evidence.clockAgreements > 0 ||
    evidence.boundaryContradictions > 0 ||
    evidence.boundaryAgreements > 0
  );
}

function isOfAnother(contradictions: number, agreements: number): boolean {
  return contradictions >= 2 && contradictions >= agreements;
}

function evidenceOf(samples: readonly Sample[]): Evidence {
  const found = {
    restarts: 0,
    continuations: 0,
    clockContradictions: 0,
    clockAgreements: 0,
    boundaryContradictions: 0,
    boundaryAgreements: 0,
  };

  let u: Sample | null = null;
  let zeros = 0;
  for (const v of samples) {
    if (v.value === 0) {
      zeros += 1;
      continue;
    }
    if (u !== null && zeros <= 2) {
      const bothHaveOne = u.session !== null && v.session !== null;
      if (bothHaveOne && u.session !== v.session && u.class !== 'clock' && v.class !== 'clock') {
        if (v.value < u.value) found.restarts += 1;
        else found.continuations += 1;
      }
      if (bothHaveOne && u.session === v.session && u.class === 'boundary' && v.class === 'sample') {
        if (v.value < u.value - TOLERANCE_WH) found.boundaryContradictions += 1;
        else found.boundaryAgreements += 1;
      }
    }
    u = v;
    zeros = 0;
  }

  for (let at = 2; at < samples.length; at++) {
    const [x, y, z] = [samples[at - 2], samples[at - 1], samples[at]];
    if (x === undefined || y === undefined || z === undefined) continue;
    if (x.value === 0 || y.value === 0 || z.value === 0) continue;
    if (x.class !== z.class || x.class === y.class || x.value > z.value) continue;
    const isOutside = y.value < x.value - TOLERANCE_WH || y.value > z.value + TOLERANCE_WH;
    const isOfClock = x.class === 'clock' || y.class === 'clock';
    if (isOfClock && isOutside) found.clockContradictions += 1;
    if (isOfClock && !isOutside) found.clockAgreements += 1;
    if (!isOfClock && isOutside) found.boundaryContradictions += 1;
    if (!isOfClock && !isOutside) found.boundaryAgreements += 1;
  }
  return found;
}
