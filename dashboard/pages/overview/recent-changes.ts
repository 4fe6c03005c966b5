import type { ChangeEvent } from '../../../client/live/index.js';
import { quantityText } from '../../charts/quantity.js';

/** One line of the ticker. */
export interface RecentChange {
  /** The change's own id. */
  readonly key: string;
  /** ISO 8601 UTC. */
  readonly timestamp: string;
  readonly chargePointId: string;
  readonly text: string;
}

/** The newest changes; what came before them in the same moment is only counted. */
export class RecentChanges {
  #newest: readonly RecentChange[] = [];
  #count = 0;

  constructor(private readonly capacity: number) {}

  /** Newest first. */
  get newest(): readonly RecentChange[] {
    return this.#newest;
  }

  /** Changes heard of so far. */
  get count(): number {
    return this.#count;
  }

  /** In the order of the feed. */
  add(changes: readonly ChangeEvent[]): void {
    this.#count += changes.length;
    const lines = changes.slice(-this.capacity).map(describe);
    this.#newest = [...lines.reverse(), ...this.#newest].slice(0, this.capacity);
  }
}

function describe(change: ChangeEvent): RecentChange {
  const { changeId, timestamp } = change;
  const of = (chargePointId: string, text: string): RecentChange => ({
    key: changeId,
    timestamp,
    chargePointId,
    text,
  });
  if (change.kind === 'chargePoint') {
    if (change.type === 'INSERT') return of(change.data.id, 'added');
    if (change.type === 'DELETE') return of(change.data.id, 'deleted');
    return of(change.newData.id, changedFields(change.oldData, change.newData));
  }
  const reading = change.type === 'UPDATE' ? change.newData : change.data;
  const connector = reading.connectorId === 0 ? '' : `connector ${reading.connectorId}, `;
  const phase = reading.phase === '' ? '' : ` ${reading.phase}`;
  const value = quantityText(reading.value, reading.unit);
  const gone = change.type === 'DELETE' ? ' withdrawn' : change.type === 'UPDATE' ? ' corrected' : '';
  return of(reading.chargePointId, `${connector}${reading.measurand}${phase} ${value}${gone}`);
}

interface Described {
  readonly label: string;
  readonly site: string;
  readonly status: string;
}

function changedFields(before: Described, after: Described): string {
  const fields = (['label', 'site', 'status'] as const).filter((name) => before[name] !== after[name]);
  if (fields.length === 0) return 'changed';
  return fields.map((name) => `${name} “${before[name]}” → “${after[name]}”`).join(', ');
}
