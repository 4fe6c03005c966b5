/**
 * One sampled value, normalised: defaults applied, unit shifted to its base unit, time in UTC milliseconds.
 * Its identity is (series, timestampMs, context); `value`, `transactionId` and `quality` are what it says.
 */
export interface Reading {
  readonly chargePointId: string;
  /** 0 when the protocol has no EVSE (OCPP 1.6), or for the charging station as a whole (2.0.1). */
  readonly evseId: number;
  /** 0 is the charge point as a whole (OCPP 1.6), or the EVSE as a whole: what measures in OCPP 2.0.1. */
  readonly connectorId: number;
  /** As sent; `Energy.Active.Import.Register` when absent. At most 50 characters. */
  readonly measurand: string;
  /** '' when absent, else as sent: `L1`, `L1-N`, ... */
  readonly phase: string;
  /** `Outlet` when absent. */
  readonly location: string;
  /** Base unit: `Wh`, `W`, `A`, `V`, `Celsius`, `Percent`, ...; an unknown unit as sent. */
  readonly unit: string;
  /** `Sample.Periodic` when absent. */
  readonly context: string;
  /** Milliseconds since 1970 UTC, a whole number. */
  readonly timestampMs: number;
  /** Finite, |value| <= 1e15, never -0. In `unit`. */
  readonly value: number;
  /** The charging session as the charge point names it; null when it named none. `0` stays `'0'`: as sent. */
  readonly transactionId: string | null;
  /** Bits of {@link Quality}. */
  readonly quality: number;
}

/** Facts known when a reading is inserted; bits of `readings.quality`. */
export const Quality = {
  /** The timestamp carried no zone and was taken as UTC. */
  ASSUMED_UTC: 1,
  /** The value came as a JSON number where the protocol demands a string. */
  NUMBER_FOR_STRING: 2,
  /** The value came as a text where the protocol demands a JSON number. */
  STRING_FOR_NUMBER: 4,
} as const;

/** The column values of a reading's series: all of its identity save time and context. */
export type SeriesKey = Pick<
  Reading,
  'chargePointId' | 'evseId' | 'connectorId' | 'measurand' | 'phase' | 'location' | 'unit'
>;
