import type { LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import { Emitter } from './emitter.js';
import type { ChangeEvent, SubscriptionEvent } from './live-events.js';
import { seriesKey, type LiveView, type ViewChange } from './live-view.js';
import type { Subscription } from './subscription.js';

export interface ViewOptions {
  /** Series and charge points that are held at most, each. Default 500,000. */
  readonly maxSeries?: number;
}

/** OCPP's contexts in the order by which the server breaks ties: of one instant the last one is the newest. */
const CONTEXTS = [
  'Sample.Periodic',
  'Sample.Clock',
  'Transaction.Begin',
  'Transaction.End',
  'Interruption.Begin',
  'Interruption.End',
  'Trigger',
  'Other',
];

/**
 * Folds a subscription into the state that it adds up to. Create it in the same turn as the subscription, so that it misses
 * nothing. During a resync the state stays as it was, with `isReady` false, until the new one is whole.
 */
export function createView(
  subscription: Subscription<boolean>,
  { maxSeries = 500_000 }: ViewOptions = {},
): LiveView {
  return new FoldedView(subscription, maxSeries);
}

/** Charge points, and the newest reading of each series with the series of each charge point. */
class Fold {
  readonly chargePoints = new Map<string, LiveChargePoint>();
  readonly readings = new Map<string, LiveReading>();
  readonly series = new Map<string, Set<string>>();
  leftOut = 0;
}

class FoldedView implements LiveView {
  readonly #events = new Emitter<{ change: ViewChange }>();
  readonly #maxSeries: number;
  /** A charge point that leaves a site takes its readings along; one that is retired leaves them. */
  readonly #isBySite: boolean;
  readonly #offs: readonly (() => void)[];
  #shown = new Fold();
  /** What comes after a resync; the one that is shown at other times. */
  #next = this.#shown;
  #isReady = false;
  #chargePoints = new Set<string>();
  #series = new Set<string>();
  #isReset = false;

  constructor(subscription: Subscription<boolean>, maxSeries: number) {
    this.#maxSeries = maxSeries;
    this.#isBySite = subscription.filter.sites !== undefined;
    this.#offs = [
      subscription.on('batch', (events) => {
        for (const event of events) this.#take(event);
        this.#tell();
      }),
      subscription.on('status', ({ state }) => {
        if (state === 'live' && !this.#isReady) this.#show();
        this.#tell();
      }),
    ];
  }

  get chargePoints(): ReadonlyMap<string, LiveChargePoint> {
    return this.#shown.chargePoints;
  }

  get readings(): ReadonlyMap<string, LiveReading> {
    return this.#shown.readings;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get leftOut(): number {
    return this.#shown.leftOut;
  }

  readingsOf(chargePointId: string): readonly LiveReading[] {
    const { series, readings } = this.#shown;
    return [...(series.get(chargePointId) ?? [])].flatMap((key) => readings.get(key) ?? []);
  }

  on(name: 'change', handler: (change: ViewChange) => void): () => void {
    return this.#events.on(name, handler);
  }

  close(): void {
    for (const off of this.#offs) off();
  }

  #take(event: SubscriptionEvent<boolean>): void {
    switch (event.type) {
      case 'RESYNC':
        this.#next = new Fold();
        this.#isReady = false;
        this.#isReset = true;
        return;
      case 'INITIAL_DATA':
        for (const item of event.data) {
          const { kind, ...data } = item;
          if (kind === 'reading') this.#putReading(data as LiveReading);
          else this.#putChargePoint(data as LiveChargePoint);
        }
        if (event.isLast) this.#show();
        return;
      case 'INSERT':
      case 'UPDATE':
      case 'DELETE':
        if (!this.#isReady) this.#show();
        this.#change(event);
        return;
      case 'LAGGING':
      case 'STATUS':
    }
  }

  #change(event: ChangeEvent<boolean>): void {
    if (event.kind === 'reading') {
      if (event.type === 'INSERT') this.#putReading(event.data);
      else if (event.type === 'UPDATE') this.#putReading(event.newData);
      else this.#dropReading(event.data);
    } else if (event.type === 'DELETE') this.#dropChargePoint(event.data.id);
    else this.#putChargePoint(event.type === 'INSERT' ? event.data : event.newData);
  }

  #putChargePoint(told: Partial<LiveChargePoint> & Pick<LiveChargePoint, 'id'>): void {
    const { chargePoints } = this.#next;
    const held = chargePoints.get(told.id);
    if (held === undefined && (told.version === undefined || told.status === undefined)) return;
    if (held === undefined && chargePoints.size >= this.#maxSeries) {
      this.#next.leftOut++;
      return;
    }
    chargePoints.set(told.id, { ...held, ...told } as LiveChargePoint);
    this.#chargePoints.add(told.id);
  }

  #dropChargePoint(id: string): void {
    this.#next.chargePoints.delete(id);
    this.#chargePoints.add(id);
    if (!this.#isBySite) return;
    for (const key of this.#next.series.get(id) ?? []) {
      this.#next.readings.delete(key);
      this.#series.add(key);
    }
    this.#next.series.delete(id);
  }

  #putReading(told: Partial<LiveReading> & Parameters<typeof seriesKey>[0] & Instant): void {
    const { readings, series } = this.#next;
    const key = seriesKey(told);
    const held = readings.get(key);
    const order = held === undefined ? 1 : compareInstants(told, held);
    // What is told in part adds to what is held of the same instant, and can't replace another.
    if (order < 0 || (order > 0 && told.value === undefined)) return;
    if (held === undefined && readings.size >= this.#maxSeries) {
      this.#next.leftOut++;
      return;
    }
    readings.set(key, (order === 0 ? { ...held, ...told } : told) as LiveReading);
    const ofChargePoint = series.get(told.chargePointId);
    if (ofChargePoint === undefined) series.set(told.chargePointId, new Set([key]));
    else ofChargePoint.add(key);
    this.#series.add(key);
  }

  #dropReading(gone: LiveReading): void {
    const key = seriesKey(gone);
    const held = this.#next.readings.get(key);
    if (held === undefined || compareInstants(gone, held) !== 0) return;
    this.#next.readings.delete(key);
    this.#next.series.get(gone.chargePointId)?.delete(key);
    this.#series.add(key);
  }

  #show(): void {
    this.#isReset ||= this.#shown !== this.#next || !this.#isReady;
    this.#shown = this.#next;
    this.#isReady = true;
  }

  #tell(): void {
    if (this.#chargePoints.size + this.#series.size === 0 && !this.#isReset) return;
    const change = { chargePoints: this.#chargePoints, series: this.#series, isReset: this.#isReset };
    this.#chargePoints = new Set();
    this.#series = new Set();
    this.#isReset = false;
    this.#events.emit('change', change);
  }
}

type Instant = Pick<LiveReading, 'timestamp' | 'context'>;

/** Above 0 when `a` is newer. ISO 8601 in UTC orders as text does. */
function compareInstants(a: Instant, b: Instant): number {
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp ? 1 : -1;
  if (a.context === b.context) return 0;
  // Contexts of no standard rank behind those; among them the later one counts.
  return rank(a.context) >= rank(b.context) ? 1 : -1;
}

function rank(context: string): number {
  const at = CONTEXTS.indexOf(context);
  return at < 0 ? CONTEXTS.length : at;
}
