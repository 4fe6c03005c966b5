import type { PoolClient } from '../pool.js';

/** From when on readings at a connector may belong to another session than before. */
export interface SessionSpan {
  /** Of its transaction. */
  readonly id: number;
  readonly evseId: number;
  readonly connectorId: number;
  /** ms since 1970 UTC. */
  readonly fromMs: number;
}

/**
 * Marks the energy and power of these connectors, up to the next session there: what a moment belongs to is decided by the
 * session that began last before it. The transactions' rows are written, and locked by the caller.
 */
export async function markSessions(client: PoolClient, spans: readonly SessionSpan[]): Promise<void> {
  if (spans.length === 0) return;
  await client.query(
    `insert into rollup_marks (shard, series_ids, from_ts, to_ts)
     select s.shard, array_agg(s.id), array_agg(u.from_ts), array_agg(coalesce(next.started_at, 'infinity'))
     from unnest($1::bigint[], $2::integer[], $3::integer[], $4::timestamptz[]) as u (id, evse_id, connector_id, from_ts)
     join transactions t on t.id = u.id
     cross join lateral (
       select min(n.started_at) as started_at from transactions n
       where n.charge_point_id = t.charge_point_id and n.connector_id = u.connector_id and n.evse_id = u.evse_id
         and n.started_at > u.from_ts and n.id <> t.id
     ) next
     join series s on s.charge_point_id = t.charge_point_id and s.evse_id = u.evse_id and s.connector_id = u.connector_id
     where s.measurand like 'Energy.%' or s.measurand = 'Power.Active.Import'
     group by s.shard`,
    [
      spans.map(({ id }) => id),
      spans.map(({ evseId }) => evseId),
      spans.map(({ connectorId }) => connectorId),
      spans.map(({ fromMs }) => new Date(fromMs)),
    ],
  );
}
