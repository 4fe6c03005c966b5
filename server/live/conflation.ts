import type { RoutedChange } from './routed-change.js';

/**
 * What a subscriber that is too slow has still to be told: of each series the newest reading alone, of charge points
 * everything. In the order of the feed.
 */
export class Conflation {
  private kept = new Map<string, RoutedChange>();
  private skippedCount = 0;

  get size(): number {
    return this.kept.size;
  }

  add(routed: RoutedChange): void {
    const key = keyOf(routed);
    const known = this.kept.get(key);
    if (known !== undefined) {
      this.skippedCount++;
      if (timestampOf(known) > timestampOf(routed)) return;
      // To the end: what is told must rise in the order of the feed.
      this.kept.delete(key);
    }
    this.kept.set(key, routed);
  }

  /** How many were left out since it was last asked. */
  takeSkipped(): number {
    const skipped = this.skippedCount;
    this.skippedCount = 0;
    return skipped;
  }

  /** Takes out the oldest, up to so many. */
  take(max: number): RoutedChange[] {
    const taken: RoutedChange[] = [];
    for (const [key, routed] of this.kept) {
      if (taken.length >= max) break;
      taken.push(routed);
      this.kept.delete(key);
    }
    return taken;
  }
}

function keyOf({ change, position, index }: RoutedChange): string {
  if (change.kind === 'chargePoint') return `${position}.${index}`;
  const { chargePointId, evseId, connectorId, measurand, phase, location, unit } =
    change.type === 'UPDATE' ? change.newData : change.data;
  return JSON.stringify([chargePointId, evseId, connectorId, measurand, phase, location, unit]);
}

/** ISO 8601 in UTC: their order is that of the texts. */
function timestampOf({ change }: RoutedChange): string {
  if (change.kind === 'chargePoint') return '';
  return (change.type === 'UPDATE' ? change.newData : change.data).timestamp;
}
