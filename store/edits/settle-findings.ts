import type { Statements } from '../audit/audited.js';

/**
 * What operators made of findings, by the latest edit that holds of those that name a finding, or are about all of its time; of the
 * findings that an edit is or was about. To be called in the transaction of the edit.
 */
export async function settleFindings(statements: Statements, editId: number): Promise<void> {
  await statements.query(
    `update findings f set state = settled.state
     from (
       select f.id, coalesce((
         select case e.action when 'confirm' then 'confirmed' when 'exclude' then 'excluded' else 'edited' end
         from edits e
         where e.undone_at is null and e.series_id = f.series_id
           and (e.finding_id = f.id or (e.from_ts <= f.from_ts and e.to_ts > f.to_ts))
         order by e.id desc limit 1
       ), 'open') as state
       from edits made join findings f on f.series_id = made.series_id
         and (f.id = made.finding_id or (f.from_ts >= made.from_ts and f.from_ts < made.to_ts))
       where made.id = $1
     ) settled
     where f.id = settled.id and f.state <> settled.state`,
    [editId],
  );
}
