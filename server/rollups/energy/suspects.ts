import { isPossible } from './possible.js';
import { isConfirmed, type EnergyReading } from './sample.js';
import type { Semantics } from './semantics.js';

/** A sample that is left out of the chain. */
export interface Suspect {
  readonly sample: EnergyReading;
  /** What counting it would have added, Wh. */
  readonly wh: number;
  readonly kind: 'placeholder' | 'spike' | 'dip';
  /** The samples before and after it, or its run of zeros, that agree with each other. */
  readonly before: EnergyReading;
  readonly after: EnergyReading;
  /** Time of the last sample that is left out with it, ms since 1970 UTC. */
  readonly lastMs: number;
}

export interface Sifted {
  readonly kept: readonly EnergyReading[];
  readonly suspects: readonly Suspect[];
}

/** Zeros in a row that may be a placeholder. */
const PLACEHOLDERS = 2;

/** Where a register of kind `session` starts again: v has a session that u has not. */
export function isRestart(u: EnergyReading, v: EnergyReading, { kind }: Semantics): boolean {
  return kind === 'session' && v.session !== null && u.session !== v.session;
}

/** Leaves out zero placeholders, then spikes and dips between neighbours that agree. */
export function sift(chain: readonly EnergyReading[], semantics: Semantics): Sifted {
  const suspects: Suspect[] = [];
  const kept = withoutSpikes(withoutPlaceholders(chain, semantics, suspects), semantics, suspects);
  return { kept, suspects };
}

function withoutPlaceholders(
  chain: readonly EnergyReading[],
  semantics: Semantics,
  suspects: Suspect[],
): readonly EnergyReading[] {
  const kept: EnergyReading[] = [];
  for (let index = 0; index < chain.length;) {
    let end = index;
    while (chain[end]?.value === 0) end += 1;
    const run = chain.slice(index, Math.max(end, index + 1));
    const [first] = run;
    const before = chain[index - 1];
    const after = chain[end];
    if (
      first !== undefined &&
      end > index &&
      run.length <= PLACEHOLDERS &&
      before !== undefined &&
      after !== undefined &&
      before.value > 0 &&
      agree(before, after) &&
      !isRestart(before, after, semantics) &&
      !run.some(isConfirmed)
    ) {
      const lastMs = run.at(-1)?.ms ?? first.ms;
      suspects.push({ sample: first, wh: before.value, kind: 'placeholder', before, after, lastMs });
    } else {
      kept.push(...run);
    }
    index += run.length;
  }
  return suspects.length === 0 ? chain : kept;
}

function withoutSpikes(
  chain: readonly EnergyReading[],
  semantics: Semantics,
  suspects: Suspect[],
): readonly EnergyReading[] {
  const excesses = chain.map((sample, index) =>
    excessOf(chain[index - 1], sample, chain[index + 1], semantics),
  );
  const isOut = (index: number): boolean => {
    const excess = excesses[index] ?? 0;
    return excess > 0 && (excesses[index - 1] ?? 0) < excess && (excesses[index + 1] ?? 0) <= excess;
  };
  const kept: EnergyReading[] = [];
  chain.forEach((sample, index) => {
    const [before, after] = [chain[index - 1], chain[index + 1]];
    if (before === undefined || after === undefined || !isOut(index)) {
      kept.push(sample);
      return;
    }
    const kind = sample.value > after.value ? 'spike' : 'dip';
    suspects.push({ sample, wh: excesses[index] ?? 0, kind, before, after, lastMs: sample.ms });
  });
  return kept;
}

/** By how much p stands out of its neighbours, Wh; 0 when it doesn't, or they don't agree with each other. */
function excessOf(
  a: EnergyReading | undefined,
  p: EnergyReading,
  b: EnergyReading | undefined,
  semantics: Semantics,
): number {
  if (a === undefined || b === undefined || isConfirmed(p) || !agree(a, b)) return 0;
  if (isRestart(a, p, semantics) || isRestart(p, b, semantics)) return 0;
  return Math.max(p.value - b.value, a.value - p.value, 0);
}

function agree(a: EnergyReading, b: EnergyReading): boolean {
  return b.value >= a.value && isPossible(b.value - a.value, b.ms - a.ms);
}
