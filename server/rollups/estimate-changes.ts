import type { Estimate, StoredEstimate } from '../../store/rollups/estimates.js';

/** Finds which estimates are other than what is stored; those stored that were not made are gone. */
export class EstimateDiff {
  private readonly before = new Map<string, StoredEstimate>();
  private readonly changed: StoredEstimate[] = [];
  readonly added: StoredEstimate[] = [];

  constructor(stored: readonly StoredEstimate[]) {
    for (const estimate of stored) this.before.set(keyOf(estimate), estimate);
  }

  /** Each once. */
  made(seriesId: number, estimate: Estimate): void {
    const now = { ...estimate, seriesId };
    const key = keyOf(now);
    const before = this.before.get(key);
    this.before.delete(key);
    if (before !== undefined && isSame(before, now)) return;
    if (before !== undefined) this.changed.push(before);
    this.added.push(now);
  }

  /** After all was computed: what is to be taken away, and of what is to be put in what was other. */
  gone(): StoredEstimate[] {
    return [...this.changed, ...this.before.values()];
  }
}

const keyOf = ({ seriesId, toMs }: StoredEstimate): string => `${seriesId}/${toMs}`;

function isSame(a: StoredEstimate, b: StoredEstimate): boolean {
  return (
    a.fromMs === b.fromMs && a.fromValue === b.fromValue && a.toValue === b.toValue && a.energy === b.energy
  );
}
