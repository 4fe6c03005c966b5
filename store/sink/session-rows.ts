import type { PoolClient } from '../pool.js';
import type { FieldCipher } from '../encryption/field-cipher.js';
import { fieldsOf } from '../encryption/fields-of.js';
import { openIdTags, sealIdTags } from '../encryption/id-tags.js';
import { placeOf, type SessionFacts, type ToldFacts } from './session-facts.js';

type Queryable = Pick<PoolClient, 'query'>;

interface SessionRow {
  readonly id: number;
  readonly start_received_ms: number | null;
  readonly evse_id: number | null;
  readonly connector_id: number | null;
  readonly evse_connector_id: number | null;
  readonly authorized_id_tag: string | null;
  readonly id_tag: string;
  readonly started_ms: number | null;
  readonly meter_start_wh: number | null;
  readonly stop_received_ms: number | null;
  readonly stop_id_tag: string | null;
  readonly ended_ms: number | null;
  readonly meter_stop_wh: number | null;
  readonly stop_reason: string;
  readonly is_erased: boolean;
}

const inMs = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`;

const READ = `
  select id, ${inMs('start_received_at')} as start_received_ms, evse_id, connector_id,
    evse_connector_id, authorized_id_tag, id_tag, ${inMs('started_at')} as started_ms, meter_start_wh,
    ${inMs('stop_received_at')} as stop_received_ms, stop_id_tag, ${inMs('ended_at')} as ended_ms, meter_stop_wh, stop_reason,
    erased_at is not null as is_erased
  from transactions where id = any ($1::bigint[])`;

/** What is known of these sessions, by the id of their transaction. */
export async function readSessions(
  database: Queryable,
  ids: readonly number[],
): Promise<Map<number, SessionFacts>> {
  return factsOf(fieldsOf(database), (await database.query<SessionRow>(READ, [ids])).rows);
}

/** The same, kept as it is until the end of the transaction: the rows are locked, in the order of their ids. */
export async function lockSessions(
  client: PoolClient,
  ids: readonly number[],
): Promise<Map<number, SessionFacts>> {
  const { rows } = await client.query<SessionRow>(`${READ} order by id for no key update`, [ids]);
  return factsOf(fieldsOf(client), rows);
}

export async function writeSessions(
  client: PoolClient,
  sessions: ReadonlyMap<number, SessionFacts>,
): Promise<void> {
  if (sessions.size === 0) return;
  const column = (read: (facts: SessionFacts) => unknown): unknown[] =>
    [...sessions.values()].map((facts) => read(facts) ?? null);
  const cipher = fieldsOf(client);
  const tags = [...sessions].map(([id, { start, stop, told }]) =>
    sealIdTags(cipher, id, {
      idTag: start?.idTag ?? null,
      stopIdTag: stop?.idTag ?? null,
      authorizedIdTag: told?.idTag ?? null,
    }),
  );
  await client.query(
    `update transactions t set
       start_received_at = timestamptz 'epoch' + u.start_received_ms * interval '1 millisecond',
       evse_id = u.evse_id, connector_id = u.connector_id, id_tag = u.id_tag,
       started_at = timestamptz 'epoch' + u.started_ms * interval '1 millisecond',
       meter_start_wh = u.meter_start_wh,
       stop_received_at = timestamptz 'epoch' + u.stop_received_ms * interval '1 millisecond',
       evse_connector_id = u.evse_connector_id, authorized_id_tag = u.authorized_id_tag,
       stop_id_tag = u.stop_id_tag,
       ended_at = timestamptz 'epoch' + u.ended_ms * interval '1 millisecond',
       meter_stop_wh = u.meter_stop_wh, stop_reason = u.stop_reason,
       id_tag_blinds = u.id_tag_blinds::bytea[]
     from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::bigint[], $7::float8[],
         $8::bigint[], $9::text[], $10::bigint[], $11::float8[], $12::text[], $13::integer[], $14::text[],
         $15::text[])
       as u (id, start_received_ms, evse_id, connector_id, id_tag, started_ms, meter_start_wh,
         stop_received_ms, stop_id_tag, ended_ms, meter_stop_wh, stop_reason, evse_connector_id, authorized_id_tag,
         id_tag_blinds)
     where t.id = u.id`,
    [
      [...sessions.keys()],
      column(({ start }) => start?.receivedAtMs),
      column((facts) => placeOf(facts)?.evseId),
      column((facts) => placeOf(facts)?.connectorId),
      tags.map(({ idTag }) => idTag),
      column(({ start }) => start?.startedAtMs),
      column(({ start }) => start?.meterStartWh),
      column(({ stop }) => stop?.receivedAtMs),
      tags.map(({ stopIdTag }) => stopIdTag),
      column(({ stop }) => stop?.endedAtMs),
      column(({ stop }) => stop?.meterStopWh),
      column(({ stop }) => stop?.reason),
      // 0 also says that the place is one that a TransactionEvent told.
      column(({ told }) => (told === null || told.evseId === null ? null : (told.connectorId ?? 0))),
      tags.map(({ authorizedIdTag }) => authorizedIdTag),
      tags.map(({ blinds }) => blinds),
    ],
  );
}

function factsOf(cipher: FieldCipher, rows: readonly SessionRow[]): Map<number, SessionFacts> {
  return new Map(
    rows
      .map((stored) => opened(cipher, stored))
      .map((row) => [
        row.id,
        {
          start:
            row.start_received_ms === null
              ? null
              : {
                  receivedAtMs: row.start_received_ms,
                  ...(row.evse_connector_id === null
                    ? { evseId: row.evse_id, connectorId: row.connector_id }
                    : { evseId: null, connectorId: null }),
                  idTag: row.id_tag,
                  startedAtMs: row.started_ms,
                  meterStartWh: row.meter_start_wh,
                },
          stop:
            row.stop_received_ms === null
              ? null
              : {
                  receivedAtMs: row.stop_received_ms,
                  idTag: row.stop_id_tag,
                  endedAtMs: row.ended_ms,
                  meterStopWh: row.meter_stop_wh,
                  reason: row.stop_reason,
                },
          told: toldOf(row),
          ...(row.is_erased ? { isErased: true } : {}),
        },
      ]),
  );
}

function opened(cipher: FieldCipher, row: SessionRow): SessionRow {
  const { idTag, stopIdTag, authorizedIdTag } = openIdTags(cipher, row.id, {
    idTag: row.id_tag,
    stopIdTag: row.stop_id_tag,
    authorizedIdTag: row.authorized_id_tag,
  });
  return { ...row, id_tag: idTag ?? '', stop_id_tag: stopIdTag, authorized_id_tag: authorizedIdTag };
}

function toldOf({ evse_connector_id, authorized_id_tag, evse_id }: SessionRow): ToldFacts | null {
  if (evse_connector_id === null && authorized_id_tag === null) return null;
  return {
    evseId: evse_connector_id === null ? null : evse_id,
    connectorId: evse_connector_id === 0 ? null : evse_connector_id,
    idTag: authorized_id_tag,
  };
}
