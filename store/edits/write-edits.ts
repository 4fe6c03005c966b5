import type { Statements } from '../audit/audited.js';
import { storedReadings } from '../compaction/stored-readings.js';
import { markSpans } from '../rollups/marks.js';
import type { EditAction } from './edit-action.js';

export interface NewEdit {
  readonly seriesId: number;
  readonly action: EditAction;
  /** The first instant that it is about, and the first one after it; whole ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of `replace` and `insert`; else null. */
  readonly value: number | null;
  /** The session that an inserted value names; null: none. */
  readonly transactionId: number | null;
  readonly findingId: number | null;
  readonly reason: string;
  /** null: not known. */
  readonly actor: string | null;
}

/** Makes an edit, and marks what it is about: to be called in a transaction. Gives its id. */
export async function insertEdit(statements: Statements, edit: NewEdit): Promise<number> {
  const { rows } = await statements.query<{ id: number }>(
    `insert into edits (series_id, action, from_ts, to_ts, value, transaction_id, finding_id, reason, actor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      edit.seriesId,
      edit.action,
      new Date(edit.fromMs),
      new Date(edit.toMs),
      edit.value,
      edit.transactionId,
      edit.findingId,
      edit.reason,
      edit.actor,
    ],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('an insert gives one row');
  await markSpans(statements, [{ ...edit, toMs: edit.toMs - 1 }]);
  return id;
}

/** Undoes an edit that holds, and marks what it was about: to be called in a transaction. false: it was undone before. */
export async function undoEdit(
  statements: Statements,
  id: number,
  { actor, reason }: Pick<NewEdit, 'actor' | 'reason'>,
): Promise<boolean> {
  const { rows } = await statements.query<{ seriesId: number; fromMs: number; toMs: number }>(
    `update edits set undone_at = clock_timestamp(), undone_by = $2, undone_reason = $3
     where id = $1 and undone_at is null
     returning series_id as "seriesId", (extract(epoch from from_ts) * 1000)::float8 as "fromMs",
       (extract(epoch from to_ts) * 1000)::float8 as "toMs"`,
    [id, actor, reason],
  );
  await markSpans(
    statements,
    rows.map((row) => ({ ...row, toMs: row.toMs - 1 })),
  );
  return rows.length > 0;
}

/** Any number that nothing else in this database takes: ASCII of "edit". */
const LOCKS = 1_701_079_412;

/** Whoever edits a series does so alone, until the transaction ends. */
export async function lockSeries(statements: Statements, seriesId: number): Promise<void> {
  await statements.query('select pg_advisory_xact_lock($1, $2)', [LOCKS, seriesId]);
}

/** The id of an edit that is the same in all, holds, and decides still: what comes a second time is made once. */
export async function findSame(statements: Statements, edit: NewEdit): Promise<number | undefined> {
  const { rows } = await statements.query<{ id: number }>(
    `select e.id from edits e
     where e.series_id = $1 and e.undone_at is null and e.action = $2 and e.from_ts = $3 and e.to_ts = $4
       and e.value is not distinct from $5::float8 and e.transaction_id is not distinct from $6::bigint
       and e.finding_id is not distinct from $7::bigint and e.reason = $8
       and (e.action = 'confirm' or not exists (
         select from edits later
         where later.series_id = e.series_id and later.undone_at is null and later.id > e.id and later.action <> 'confirm'
           and later.from_ts < e.to_ts and later.to_ts > e.from_ts))
     order by e.id limit 1`,
    [
      edit.seriesId,
      edit.action,
      new Date(edit.fromMs),
      new Date(edit.toMs),
      edit.value,
      edit.transactionId,
      edit.findingId,
      edit.reason,
    ],
  );
  return rows[0]?.id;
}

const WAS_READ = storedReadings({
  columns: ['ts'],
  series: '= $1',
  from: '$2::timestamptz',
  to: '$3::timestamptz',
});

/** Whether anything of a series was read from one instant to before another, ms since 1970 UTC. */
export async function wasRead(
  statements: Statements,
  { seriesId, fromMs, toMs }: Pick<NewEdit, 'seriesId' | 'fromMs' | 'toMs'>,
): Promise<boolean> {
  const { rows } = await statements.query(`select from ${WAS_READ} r limit 1`, [
    seriesId,
    new Date(fromMs),
    new Date(toMs),
  ]);
  return rows.length > 0;
}

/** The id of a transaction as its charge point names it; undefined: there is none. */
export async function findTransaction(
  statements: Statements,
  chargePointId: string,
  externalId: string,
): Promise<number | undefined> {
  const { rows } = await statements.query<{ id: number }>(
    'select id from transactions where charge_point_id = $1 and external_id = $2',
    [chargePointId, externalId],
  );
  return rows[0]?.id;
}
