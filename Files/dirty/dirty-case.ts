/** What a dirty row is, and what has to become of it: literal data, worked out by hand from the promises of the protocols. */

export const PROTOCOLS = ['json', 'ocpp1.6'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export type DirtyFile = 'xlsx' | 'csv';

/** What stands in a cell of a spreadsheet; a .csv file has texts alone. */
export type DirtyCell =
  | string
  | number
  | boolean
  /** `value` is what the spreadsheet program calculated; without it the file was never opened in one. */
  | { readonly formula: string; readonly value?: string }
  /** Days since 1900, shown as a date. */
  | { readonly date: number }
  /** The number of `#N/A`, `#REF!` ... */
  | { readonly error: number };

/** A row of `readings`, but for its charge point. */
export interface DirtyReading {
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly context: string;
  readonly timestamp: string;
  readonly value: number;
  readonly transactionId: string | null;
  readonly quality: readonly ('assumedUtc' | 'numberForString')[];
}

/** A row of `quarantine`. */
export interface DirtyPart {
  readonly path: string;
  readonly reason: string;
  /** The part as a request of its own; or the text that was kept, where `{id}` stands for the message's id. */
  readonly raw: object | string;
}

/** What becomes of one row by one protocol. */
export interface Fate {
  /** In the replay's ledger. */
  readonly outcome: 'accepted' | 'rejected' | 'refused';
  readonly code: string;
  /** Of its readings, by what was there before. */
  readonly stored: number;
  readonly duplicate: number;
  readonly conflicting: number;
  readonly quarantine: readonly DirtyPart[];
}

export interface DirtyRow {
  readonly payload: DirtyCell;
  readonly expect: Readonly<Record<Protocol, Fate>>;
}

/** Rows of one charge point, which no other case has: all that is stored of it comes from them. */
export interface DirtyCase {
  readonly name: string;
  readonly files: readonly DirtyFile[];
  readonly id: DirtyCell;
  readonly rows: readonly DirtyRow[];
  /** All readings of the charge point in the end. */
  readonly readings: readonly DirtyReading[];
  /** Protocols by which they can come at all. */
  readonly by: readonly Protocol[];
  /** Values that lost against another one of the same key. */
  readonly conflicts: readonly DirtyReading[];
}

export const BOTH: readonly DirtyFile[] = ['xlsx', 'csv'];
export const TIME = '2025-11-05T10:00:00Z';

/** A reading as it is stored of `{ value }` in {@link request}. */
export function reading(value: number, more: Partial<DirtyReading> = {}): DirtyReading {
  return {
    connectorId: 1,
    measurand: 'Energy.Active.Import.Register',
    phase: '',
    location: 'Outlet',
    unit: 'Wh',
    context: 'Sample.Periodic',
    timestamp: '2025-11-05T10:00:00.000Z',
    value,
    transactionId: null,
    quality: [],
    ...more,
  };
}

/** A MeterValues request with one entry. */
export function request(
  sampledValue: readonly unknown[],
  more: object = {},
  timestamp: unknown = TIME,
): object {
  return { connectorId: 1, ...more, meterValue: [{ timestamp, sampledValue }] };
}

const NOTHING = { stored: 0, duplicate: 0, conflicting: 0, quarantine: [] } as const;

type Counts = Partial<Pick<Fate, 'stored' | 'duplicate' | 'conflicting'>>;

/** A row that is read. Without any good reading plain JSON says so; a charge point would send the message again, so OCPP doesn't. */
export function read(
  payload: object | string,
  counts: Counts,
  quarantine: readonly DirtyPart[] = [],
): DirtyRow {
  const fate: Fate = { ...NOTHING, outcome: 'accepted', code: '', ...counts, quarantine };
  const isGood = fate.stored + fate.duplicate + fate.conflicting > 0;
  const json: Fate = isGood ? fate : { ...fate, outcome: 'rejected', code: quarantine[0]?.reason ?? '' };
  return { payload: textOf(payload), expect: { json, 'ocpp1.6': fate } };
}

/** A row whose payload is no JSON: `frame` is what OCPP carries of it. */
export function broken(
  payload: DirtyCell,
  text: string,
  frame = `[2,"{id}","MeterValues",${text}]`,
): DirtyRow {
  const fate = (code: string, raw: string): Fate => ({
    ...NOTHING,
    outcome: 'rejected',
    code,
    quarantine: [{ path: '', reason: 'invalid_json', raw }],
  });
  return {
    payload,
    expect: { json: fate('invalid_json', text), 'ocpp1.6': fate('FormationViolation', frame) },
  };
}

/** A row that the replay doesn't send. */
export function refused(payload: DirtyCell, code: string): DirtyRow {
  const fate: Fate = { ...NOTHING, outcome: 'refused', code };
  return { payload, expect: { json: fate, 'ocpp1.6': fate } };
}

export function dirtyCase(
  name: string,
  id: DirtyCell,
  rows: readonly DirtyRow[],
  stored: Partial<Pick<DirtyCase, 'files' | 'readings' | 'by' | 'conflicts'>> = {},
): DirtyCase {
  return { name, id, rows, files: BOTH, readings: [], by: PROTOCOLS, conflicts: [], ...stored };
}

/** One row of readings alone. */
export function good(
  name: string,
  id: DirtyCell,
  payload: object | string,
  readings: readonly DirtyReading[],
  files: readonly DirtyFile[] = BOTH,
): DirtyCase {
  return dirtyCase(name, id, [read(payload, { stored: readings.length })], { readings, files });
}

/** One row of which nothing can be read, and which is kept as it is. */
export function bad(
  name: string,
  id: string,
  payload: object | string,
  path: string,
  reason: string,
  raw: object | string = payload,
): DirtyCase {
  return dirtyCase(name, id, [read(payload, {}, [{ path, reason, raw }])]);
}

function textOf(payload: object | string): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
