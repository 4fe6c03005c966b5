import type { EditAction } from '../edits/edit-action.js';
import type { Query } from './read-database.js';
import { timeParameter } from './time-parameter.js';
import { isOfSites, type Visible } from './visible-charge-points.js';

export interface EditRow {
  readonly id: number;
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  readonly measurand: string;
  readonly phase: string;
  readonly location: string;
  readonly unit: string;
  readonly action: EditAction;
  /** The first instant that it is about, and the first one after it. */
  readonly from: Date;
  readonly to: Date;
  readonly value: number | null;
  /** As the charge point names it. */
  readonly transactionId: string | null;
  readonly findingId: number | null;
  readonly reason: string;
  readonly actor: string | null;
  readonly madeAt: Date;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
  readonly undoneReason: string | null;
}

/** Which edits; undefined: all. */
export interface EditsQuestion extends Visible {
  readonly action: EditAction | undefined;
  readonly holds: boolean | undefined;
  readonly findingId: number | undefined;
  /** Those about any instant of this time, half-open, ms. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** Only those made before this one. */
  readonly beforeId: number | undefined;
  readonly limit: number;
}

const COLUMNS = `
  e.id, s.charge_point_id as "chargePointId", s.evse_id as "evseId", s.connector_id as "connectorId", s.measurand, s.phase,
  s.location, s.unit, e.action, e.from_ts as "from", e.to_ts as "to", e.value, t.external_id as "transactionId",
  e.finding_id as "findingId", e.reason, e.actor, e.made_at as "madeAt", e.undone_at as "undoneAt",
  e.undone_by as "undoneBy", e.undone_reason as "undoneReason"`;
const FROM = `edits e join series s on s.id = e.series_id left join transactions t on t.id = e.transaction_id`;

/** Edits, those made last first: walks the primary key backwards. */
export function readEdits(query: Query, question: EditsQuestion): Promise<EditRow[]> {
  return query<EditRow>(
    `select ${COLUMNS} from ${FROM}
     where ($1::text[] is null or s.charge_point_id = any ($1)) and ${isOfSites('s.charge_point_id', '$2')}
       and ($3::text is null or e.action = $3) and ($4::boolean is null or (e.undone_at is null) = $4)
       and ($5::bigint is null or e.finding_id = $5)
       and ($6::timestamptz is null or e.to_ts > $6) and ($7::timestamptz is null or e.from_ts < $7)
       and ($8::bigint is null or e.id < $8)
     order by e.id desc limit $9`,
    [
      question.chargePointIds ?? null,
      question.sites,
      question.action ?? null,
      question.holds ?? null,
      question.findingId ?? null,
      timeParameter(question.fromMs),
      timeParameter(question.toMs),
      question.beforeId ?? null,
      question.limit,
    ],
  );
}

/** undefined: there is none of these sites (null: of all). */
export async function readEdit(
  query: Query,
  id: number,
  sites: readonly string[] | null,
): Promise<EditRow | undefined> {
  const [edit] = await query<EditRow>(
    `select ${COLUMNS} from ${FROM} where e.id = $1 and ${isOfSites('s.charge_point_id', '$2')}`,
    [id, sites],
  );
  return edit;
}
