import type { Slice, SliceChanges } from '../../store/rollups/slices.js';
import type { SessionSlice } from './compute-rollups.js';

/** Finds which slices are other than what is stored; those stored that were not computed are gone. */
export class SliceDiff {
  private readonly before = new Map<string, Slice>();
  private readonly added: Slice[] = [];
  private readonly changed: Slice[] = [];

  /** All that are stored or computed, by the ids of their transactions. */
  readonly sessions = new Set<number>();

  constructor(stored: readonly Slice[]) {
    for (const slice of stored) {
      this.before.set(keyOf(slice), slice);
      this.sessions.add(slice.session);
    }
  }

  /** Each once. */
  computed(seriesId: number, { energy, ...slice }: SessionSlice): void {
    const now: Slice = {
      seriesId,
      bucketMs: slice.bucketMs,
      session: slice.session,
      firstMs: slice.firstMs,
      lastMs: slice.lastMs,
      measuredWh: energy?.measuredWh ?? null,
      estimatedWh: energy?.estimatedWh ?? null,
      suspectWh: energy?.suspectWh ?? null,
      maxPowerW: slice.maxPowerW,
      isEnded: slice.isEnded,
    };
    this.sessions.add(now.session);
    const key = keyOf(now);
    const before = this.before.get(key);
    if (before === undefined) this.added.push(now);
    else if (!isSame(before, now)) this.changed.push(now);
    this.before.delete(key);
  }

  /** After all was computed. */
  changes(): SliceChanges {
    return { added: this.added, changed: this.changed, gone: [...this.before.values()] };
  }
}

const keyOf = ({ seriesId, bucketMs, session }: Slice): string => `${seriesId}/${bucketMs}/${session}`;

function isSame(a: Slice, b: Slice): boolean {
  return (
    a.firstMs === b.firstMs &&
    a.lastMs === b.lastMs &&
    a.measuredWh === b.measuredWh &&
    a.estimatedWh === b.estimatedWh &&
    a.suspectWh === b.suspectWh &&
    a.maxPowerW === b.maxPowerW &&
    a.isEnded === b.isEnded
  );
}
