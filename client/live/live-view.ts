import type { LiveChargePoint, LiveReading } from '../../protocol/live/change.js';
import type { Handler, Off, SeriesKey } from './live-events.js';

/** What a view has changed since it was last told, by key. */
export interface ViewChange {
  /** Ids of charge points that came, changed or went. */
  readonly chargePoints: ReadonlySet<string>;
  /** {@link seriesKey} of series whose newest reading is another one. */
  readonly series: ReadonlySet<string>;
  /** Everything was replaced: by initial data, or emptied by a resync. */
  readonly isReset: boolean;
}

/** The state that a subscription's changes add up to. */
export interface LiveView {
  /** By id. */
  readonly chargePoints: ReadonlyMap<string, LiveChargePoint>;
  /** The newest reading of each series, by {@link seriesKey}. */
  readonly readings: ReadonlyMap<string, LiveReading>;
  /** Whether the initial data is whole. */
  readonly isReady: boolean;
  /** Readings that found no room: the view holds `maxSeries`. 0 while it is complete. */
  readonly leftOut: number;
  /** Of a charge point, in no order. */
  readingsOf(chargePointId: string): readonly LiveReading[];
  /** Once a frame of the server that changed something. */
  on(name: 'change', handler: Handler<ViewChange>): Off;
  /** Stops following; the subscription goes on. */
  close(): void;
}

/** Names a series. */
export function seriesKey(of: Pick<LiveReading, SeriesKey>): string {
  return JSON.stringify([
    of.chargePointId,
    of.evseId,
    of.connectorId,
    of.measurand,
    of.phase,
    of.location,
    of.unit,
  ]);
}
