import type { Statements } from '../audit/audited.js';
import { readHorizon } from '../retention/horizons.js';
import type { EditAction } from './edit-action.js';
import { findSeries, readEditedFinding } from './find-series.js';
import { settleFindings } from './settle-findings.js';
import { findSame, findTransaction, insertEdit, lockSeries, wasRead } from './write-edits.js';

export interface WantedEdit {
  readonly action: EditAction;
  /** The finding that is dealt with, or a series by its names. */
  readonly findingId?: number | undefined;
  readonly chargePointId?: string | undefined;
  readonly connectorId?: number | undefined;
  readonly evseId?: number | undefined;
  readonly measurand?: string | undefined;
  readonly phase?: string | undefined;
  readonly location?: string | undefined;
  readonly unit?: string | undefined;
  /** ms since 1970 UTC; absent: all of the finding's time. */
  readonly from?: number | undefined;
  /** Not included; absent: one instant. */
  readonly to?: number | undefined;
  readonly value?: number | undefined;
  /** As the charge point names it. */
  readonly transactionId?: string | undefined;
  readonly reason: string;
  readonly actor: string | null;
}

export type MadeEdit =
  | {
      readonly kind: 'made';
      readonly id: number;
      /** false: the same was made before, and holds. */
      readonly isNew: boolean;
      readonly chargePointId: string;
      readonly fromMs: number;
      readonly toMs: number;
    }
  | { readonly kind: 'refused'; readonly field: string; readonly why: string };

interface Target {
  readonly seriesId: number;
  readonly chargePointId: string;
  readonly fromMs: number;
  readonly toMs: number;
}
type Refusal = Extract<MadeEdit, { kind: 'refused' }>;

/** Aggregates from before the horizon stay as they are: an edit of them would say something that no figure follows. */
export const BEFORE_THE_HORIZON =
  'readings of then are no longer kept, and aggregates of them no longer computed';

const refusal = (field: string, why: string): Refusal => ({ kind: 'refused', field, why });

/** Makes an edit of a series of these sites (null: of any), or says why not: to be called in a transaction. */
export async function makeEdit(
  statements: Statements,
  wanted: WantedEdit,
  sites: readonly string[] | null,
): Promise<MadeEdit> {
  const target = await targetOf(statements, wanted, sites);
  if ('kind' in target) return target;
  const { seriesId, chargePointId, fromMs, toMs } = target;
  if (fromMs < (await readHorizon(statements))) return refusal('from', BEFORE_THE_HORIZON);
  await lockSeries(statements, seriesId);
  const transactionId = await sessionOf(statements, chargePointId, wanted.transactionId);
  if (transactionId === undefined) {
    return refusal('transactionId', 'the charge point has no session of this id');
  }
  const { action, reason, actor } = wanted;
  const edit = {
    seriesId,
    action,
    fromMs,
    toMs,
    value: wanted.value ?? null,
    transactionId,
    findingId: wanted.findingId ?? null,
    reason,
    actor,
  };
  const same = await findSame(statements, edit);
  const made = { kind: 'made', chargePointId, fromMs, toMs } as const;
  if (same !== undefined) return { ...made, id: same, isNew: false };
  const isThere = await wasRead(statements, edit);
  if (action === 'insert' && isThere)
    return refusal('from', 'there is a reading of this instant: replace it');
  if (action !== 'insert' && !isThere) return refusal('from', 'the series has no reading then');
  const id = await insertEdit(statements, edit);
  await settleFindings(statements, id);
  return { ...made, id, isNew: true };
}

async function targetOf(
  statements: Statements,
  wanted: WantedEdit,
  sites: readonly string[] | null,
): Promise<Target | Refusal> {
  const { from, to = from === undefined ? undefined : from + 1 } = wanted;
  if (wanted.findingId !== undefined) {
    const finding = await readEditedFinding(statements, wanted.findingId, sites);
    if (finding === undefined) return refusal('findingId', 'there is no finding of this id');
    const { seriesId, chargePointId, fromMs, lastMs } = finding;
    const isSpan = wanted.value === undefined;
    if (!isSpan && from === undefined && lastMs > fromMs) {
      return refusal('from', 'the finding is about some time: say at which instant the value is');
    }
    return { seriesId, chargePointId, fromMs: from ?? fromMs, toMs: to ?? lastMs + 1 };
  }
  const names = {
    chargePointId: wanted.chargePointId ?? '',
    connectorId: wanted.connectorId ?? 0,
    evseId: wanted.evseId ?? null,
    measurand: wanted.measurand ?? 'Energy.Active.Import.Register',
    phase: wanted.phase ?? '',
    location: wanted.location ?? null,
    unit: wanted.unit ?? null,
  };
  const [series, ...others] = await findSeries(statements, names, sites);
  if (series === undefined) return refusal('chargePointId', 'no reading of such a series has come');
  if (others.length > 0) {
    const known = [series, ...others].map(
      ({ evseId, location, unit }) => `evseId ${evseId}, location ${location}, unit ${unit}`,
    );
    return refusal('chargePointId', `several series are meant: ${known.join('; ')}`);
  }
  if (from === undefined || to === undefined) throw new Error('an edit of a series has a time');
  return { seriesId: series.id, chargePointId: series.chargePointId, fromMs: from, toMs: to };
}

/** undefined: there is none. */
async function sessionOf(
  statements: Statements,
  chargePointId: string,
  externalId: string | undefined,
): Promise<number | null | undefined> {
  // As readings name none.
  if (externalId === undefined || externalId === '0' || externalId === '-1') return null;
  return findTransaction(statements, chargePointId, externalId);
}
