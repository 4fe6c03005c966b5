import { compareChangeIds, parseChangeId, type ChangeId } from '../../../protocol/live/change-id.js';
import type { Change, LiveChargePoint, LiveReading } from '../../../protocol/live/change.js';
import type { InitialData } from '../../../protocol/live/server-message.js';

/** Context names in the order that breaks a tie in time; see `contexts`. */
const CONTEXTS = [
  ...['Sample.Periodic', 'Sample.Clock', 'Transaction.Begin', 'Transaction.End'],
  ...['Interruption.Begin', 'Interruption.End', 'Trigger', 'Other', 'MeterStart', 'MeterStop'],
];

/** Where a change stood: in the order of commits, and what it was. */
export type Heard = `${number}.${number} ${Change['type']}`;

/**
 * What a subscriber knows from nothing but what it was told, in the order in which it was told. Whatever contradicts what it
 * knew (a key inserted twice, an update of what isn't there or was something else, a changeId that doesn't rise) is a fault:
 * something was missed, or came twice.
 */
export class FoldedState {
  /** By natural key: `value in session, quality`. */
  readonly readings = new Map<string, string>();
  /** By id: what is said of it. */
  readonly chargePoints = new Map<string, string>();
  /** Every change since the last snapshot, in order. */
  readonly heard: Heard[] = [];
  readonly faults: string[] = [];
  /** The cursor of the snapshot that it began with; null before the first. */
  beganAt: ChangeId | null = null;
  /** Whether its snapshot had no reading: then it has heard of every one there is. */
  knowsAll = false;
  #seen: ChangeId | null = null;
  #committedAt = '';
  readonly #latest = new Map<string, { readonly at: string; readonly text: string }>();
  /** Of a snapshot that is not complete. */
  #parts: InitialData[] = [];

  /** What to resume after; null: begin with a snapshot. */
  get cursor(): ChangeId | null {
    return this.#seen;
  }

  /** By series, the newest reading: `context @ time = value in session, quality`. */
  latest(): ReadonlyMap<string, string> {
    return new Map([...this.#latest].map(([series, { text }]) => [series, text]));
  }

  /** What was known is void. */
  forget(): void {
    this.readings.clear();
    this.chargePoints.clear();
    this.heard.length = 0;
    this.#latest.clear();
    this.#parts = [];
    this.#seen = null;
    this.beganAt = null;
  }

  /** The socket is gone: half a snapshot is none. */
  interrupted(): void {
    this.#parts = [];
  }

  initialData(part: InitialData): void {
    const [before] = this.#parts;
    if (this.#seen !== null) this.#fault(`a snapshot at ${part.changeId} while changes were heard`);
    if (before !== undefined && before.changeId !== part.changeId) {
      this.#fault(`parts of one snapshot as of ${before.changeId} and ${part.changeId}`);
    }
    this.#parts.push(part);
    if (!part.isLast) return;
    for (const entry of this.#parts.flatMap(({ data }) => data)) {
      if (entry.kind === 'chargePoint') this.#tell(this.chargePoints, entry.id, saidOf(entry), 'snapshot');
      else this.#tellReading(entry, 'snapshot');
    }
    this.#parts = [];
    this.knowsAll = this.readings.size === 0;
    this.#seen = this.#parse(part.changeId);
    this.beganAt = this.#seen;
  }

  /** Everything up to here is known, though it was not of the filter. */
  passed(changeId: string): void {
    const passed = this.#parse(changeId);
    if (this.#seen !== null && compareChangeIds(passed, this.#seen) < 0) {
      this.#fault(`went back from ${text(this.#seen)} to ${changeId}`);
    }
    this.#seen = passed;
  }

  change(change: Change): void {
    const at = this.#parse(change.changeId);
    if (this.#parts.length > 0) this.#fault(`${change.changeId} in the midst of a snapshot`);
    if (this.#seen === null) this.#fault(`${change.changeId} before anything it could follow`);
    else if (compareChangeIds(at, this.#seen) <= 0)
      this.#fault(`${change.changeId} after ${text(this.#seen)}`);
    if (change.timestamp < this.#committedAt) {
      this.#fault(`${change.changeId} of ${change.timestamp} after a commit of ${this.#committedAt}`);
    }
    this.#committedAt = change.timestamp;
    this.#seen = at;
    this.heard.push(`${at.position}.${at.index} ${change.type}`);
    if (change.kind === 'reading') this.#reading(change);
    else this.#chargePoint(change);
  }

  #reading(change: Extract<Change, { kind: 'reading' }>): void {
    if (change.type === 'INSERT') {
      this.#tellReading(change.data, change.changeId);
      return;
    }
    if (change.type === 'DELETE') {
      this.#fault(`${change.changeId} deletes a reading`);
      return;
    }
    const key = readingKey(change.newData);
    if (key !== readingKey(change.oldData)) this.#fault(`${change.changeId} makes another reading of one`);
    // What lies before a snapshot and is not the newest of its series was never told.
    if (this.readings.has(key)) this.#expect(this.readings, key, standing(change.oldData), change.changeId);
    this.readings.delete(key);
    this.#tellReading(change.newData, change.changeId);
  }

  #chargePoint(change: Extract<Change, { kind: 'chargePoint' }>): void {
    if (change.type !== 'INSERT') {
      const was = change.type === 'DELETE' ? change.data : change.oldData;
      this.#expect(this.chargePoints, was.id, saidOf(was), change.changeId);
      this.chargePoints.delete(was.id);
    }
    if (change.type === 'DELETE') return;
    const is = change.type === 'INSERT' ? change.data : change.newData;
    this.#tell(this.chargePoints, is.id, saidOf(is), change.changeId);
  }

  #tellReading(reading: LiveReading, by: string): void {
    this.#tell(this.readings, readingKey(reading), standing(reading), by);
    const series = seriesKey(reading);
    const at = `${reading.timestamp} ${CONTEXTS.indexOf(reading.context)}`;
    const known = this.#latest.get(series);
    if (known !== undefined && at < known.at) return;
    this.#latest.set(series, {
      at,
      text: `${reading.context} @ ${reading.timestamp} = ${standing(reading)}`,
    });
  }

  #tell(table: Map<string, string>, key: string, value: string, by: string): void {
    if (table.has(key)) this.#fault(`${by} inserts ${key} twice`);
    table.set(key, value);
  }

  #expect(table: ReadonlyMap<string, string>, key: string, value: string, by: string): void {
    const known = table.get(key);
    if (known !== value) this.#fault(`${by} finds ${key} as ${value}, known as ${known ?? 'nothing'}`);
  }

  #parse(changeId: string): ChangeId {
    const parsed = parseChangeId(changeId);
    if (parsed === null) throw new Error(`no changeId: ${changeId}`);
    return parsed;
  }

  #fault(what: string): void {
    this.faults.push(what);
  }
}

export function seriesKey(of: Omit<LiveReading, 'context' | 'timestamp' | 'value'>): string {
  return [of.chargePointId, of.evseId, of.connectorId, of.measurand, of.phase, of.location, of.unit].join(
    ' | ',
  );
}

export function readingKey(reading: LiveReading): string {
  return `${seriesKey(reading)} | ${reading.context} @ ${reading.timestamp}`;
}

/** What stands under a key. */
export function standing(reading: Pick<LiveReading, 'value' | 'transactionId' | 'quality'>): string {
  return `${reading.value} in ${reading.transactionId ?? 'no session'}, ${reading.quality.join('+') || 'good'}`;
}

export function saidOf({
  label,
  site,
  status,
  version,
}: Pick<LiveChargePoint, 'label' | 'site' | 'status' | 'version'>): string {
  return JSON.stringify({ label, site, status, version });
}

function text({ position, index }: ChangeId): string {
  return index === Infinity ? String(position) : `${position}.${index}`;
}
