import type { PoolClient } from '../pool.js';

/** A connector during some time. */
export interface PlaceAndTime {
  readonly chargePointId: string;
  readonly evseId: number;
  readonly connectorId: number;
  /** ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A charging session that was started by StartTransaction. */
export interface StartedSession {
  /** Of its transaction. */
  readonly id: number;
  readonly externalId: string;
  readonly startedMs: number;
  /** null: it wasn't stopped. */
  readonly endedMs: number | null;
}

/** The sessions begun in each place's time, and those begun last before it; in the order of their begin. */
export async function readSessionsAt(
  client: PoolClient,
  places: readonly PlaceAndTime[],
): Promise<StartedSession[][]> {
  const sessions: StartedSession[][] = places.map(() => []);
  if (places.length === 0) return sessions;
  const { rows } = await client.query<StartedSession & { ord: number }>(
    `select u.ord, t.id, t.external_id as "externalId", (extract(epoch from t.started_at) * 1000)::float8 as "startedMs",
       (extract(epoch from t.ended_at) * 1000)::float8 as "endedMs"
     from unnest($1::text[], $2::integer[], $3::integer[], $4::timestamptz[], $5::timestamptz[]) with ordinality
       as u (charge_point_id, connector_id, evse_id, from_ts, to_ts, ord)
     cross join lateral (
       select id, external_id, started_at, ended_at from transactions
       where charge_point_id = u.charge_point_id and connector_id = u.connector_id and evse_id = u.evse_id
         and started_at > u.from_ts and started_at <= u.to_ts
       union all
       (select id, external_id, started_at, ended_at from transactions
        where charge_point_id = u.charge_point_id and connector_id = u.connector_id and evse_id = u.evse_id
          and started_at <= u.from_ts
        order by started_at desc fetch first 1 row with ties)
     ) t
     order by u.ord, t.started_at`,
    [
      places.map(({ chargePointId }) => chargePointId),
      places.map(({ connectorId }) => connectorId),
      places.map(({ evseId }) => evseId),
      places.map(({ fromMs }) => new Date(fromMs)),
      places.map(({ toMs }) => new Date(toMs)),
    ],
  );
  for (const { ord, ...session } of rows) sessions[ord - 1]?.push(session);
  return sessions;
}

/** Which of these transactions name no session: chargers send 0 or -1 for "none". */
export async function readVoidTransactions(
  client: PoolClient,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const { rows } = await client.query<{ id: number }>(
    `select id from transactions where id = any ($1::bigint[]) and external_id in ('0', '-1')`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

export async function readContextNames(client: PoolClient): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<{ id: number; name: string }>('select id, name from contexts');
  return new Map(rows.map(({ id, name }) => [id, name]));
}
