/** What a case of `billing-cases.ts` is made of, and how the rules are run over it. */
import type { DayRow, Facts, Series, Session } from './model.js';

/** Values as they are stored: of energy in Wh. In the order in which they arrive. */
export type RegisterReading = readonly [
  isoTime: string,
  context: string,
  value: number,
  transaction: string | null,
];

/** Defaults: connector 1 of EVSE 0, Energy.Active.Import.Register, no phase, Outlet, Wh. */
export interface BillingSeries {
  readonly connectorId?: number;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  readonly unit?: string;
  readonly registerReadings: readonly RegisterReading[];
}

export interface BilledEnergy {
  /** measuredWh + estimatedWh */
  readonly energyWh: number;
  readonly measuredWh: number;
  readonly estimatedWh: number;
  readonly suspectWh: number;
}

/** What users of other systems report under "wrong energy". */
export const TROUBLES = [
  'Transaction.Begin reported as 0, then the lifetime register: hundreds of kWh billed',
  "a message that carries only SoC resets the session's energy",
  'values of one instant that differ in context overwrite each other',
  'lifetime and session-relative registers are mixed',
  "late data isn't in the aggregate until someone refreshes it",
  "bucket deltas lose the step across the bucket's edge",
  'L1, L2, L3 and the total are added together',
  'kWh and Wh mixed by one charger',
] as const;

interface CaseOf {
  readonly name: string;
  /** A section of the specification, or where another system went wrong. */
  readonly source: string;
  /** Which of them it guards against; absent: a rule of docs/energy.md that nobody was seen to break. */
  readonly trouble?: (typeof TROUBLES)[number];
  /** Told by StartTransaction, at connector 1. */
  readonly sessions?: readonly {
    readonly transaction: string;
    readonly startedAt: string;
    readonly endedAt: string | null;
  }[];
  /** Whose energy is expected; Import when absent. */
  readonly direction?: 'Import' | 'Export';
  /** Of the charge point in that direction: of the series that count, over all days. */
  readonly expected: BilledEnergy;
  /** Measured Wh of some buckets of 15 minutes of the only series, by ISO time. */
  readonly expectedQuarters?: Readonly<Record<string, number>>;
}

/** Of one series, or of several. */
export type BillingCase = CaseOf & (BillingSeries | { readonly series: readonly BillingSeries[] });

const CHARGE_POINT = 'CP-1';

export function factsOf(billingCase: BillingCase): Facts {
  const all = 'series' in billingCase ? billingCase.series : [billingCase];
  return {
    readings: all.flatMap((each) =>
      each.registerReadings.map(([isoTime, context, value, transaction]) => ({
        series: seriesOf(each),
        timestampMs: Date.parse(isoTime),
        context,
        value,
        transaction,
      })),
    ),
    conflicts: [],
    edits: [],
    sessions: (billingCase.sessions ?? []).map(({ transaction, startedAt, endedAt }): Session => ({
      chargePointId: CHARGE_POINT,
      evseId: 0,
      connectorId: 1,
      transaction,
      startedAtMs: Date.parse(startedAt),
      endedAtMs: endedAt === null ? null : Date.parse(endedAt),
    })),
  };
}

function seriesOf({ connectorId, measurand, phase, location, unit }: BillingSeries): Series {
  return {
    chargePointId: CHARGE_POINT,
    evseId: 0,
    connectorId: connectorId ?? 1,
    measurand: measurand ?? 'Energy.Active.Import.Register',
    phase: phase ?? '',
    location: location ?? 'Outlet',
    unit: unit ?? 'Wh',
  };
}

/** The energy of the charge point: of the days of the series that count. */
export function billedEnergy(days: readonly DayRow[], direction: 'Import' | 'Export'): BilledEnergy {
  let measuredWh = 0;
  let estimatedWh = 0;
  let suspectWh = 0;
  for (const day of days) {
    if (day.countsAs !== 2 || !day.series.includes(`Energy.Active.${direction}.`)) continue;
    measuredWh += day.measuredWh ?? 0;
    estimatedWh += day.estimatedWh ?? 0;
    suspectWh += day.suspectWh ?? 0;
  }
  return { energyWh: measuredWh + estimatedWh, measuredWh, estimatedWh, suspectWh };
}

/** Brief lines: `hh:mm[:ss[.sss]]` of 2026-03-10, then value, context (Sample.Periodic) and transaction (none). */
export function on(
  ...lines: readonly (readonly [
    time: string,
    value: number,
    context?: string | null,
    transaction?: string | null,
  ])[]
): RegisterReading[] {
  return lines.map(([time, value, context, transaction]) => [
    isoTime(time),
    context ?? 'Sample.Periodic',
    value,
    transaction ?? null,
  ]);
}

export function isoTime(time: string): string {
  return `2026-03-10T${time.length === 5 ? `${time}:00` : time}Z`;
}

export function measured(energyWh: number, suspectWh = 0): BilledEnergy {
  return { energyWh, measuredWh: energyWh, estimatedWh: 0, suspectWh };
}
