-- What charging sessions of OCPP 2.0.1 tell beyond those of 1.6, and meter values that are signed.

-- A TransactionEvent of any type may tell the EVSE, its connector and who was authorized. Of several connectors (idTokens) the
-- greatest stands, whatever came first; the EVSE that was told first stands, since readings were stored under it.
alter table transactions
  add column evse_connector_id integer,
  add column authorized_id_tag text;

-- Columns in the order of their width. A value of a session that tells no connector has -1 for it, and 0 for the EVSE: it is
-- where its transaction is, which is known once that is told.
create table signed_values (
  id bigint generated always as identity unique,
  ts timestamptz not null,
  received_at timestamptz not null,
  transaction_id bigint references transactions (id),
  evse_id integer not null,
  connector_id integer not null,
  charge_point_id text not null references charge_points (id),
  measurand text not null,
  phase text not null,
  location text not null,
  context text not null,
  encoding text not null,
  signing_method text not null,
  public_key text not null,
  data text not null,
  -- SHA-256 of all columns but those of time and of arrival: what is told again is the same row.
  digest bytea not null,
  primary key (charge_point_id, ts, digest)
);
create index signed_values_by_transaction on signed_values (transaction_id, ts) where transaction_id is not null;

comment on column transactions.external_id is 'As the charge point names it. OCPP 1.6: the number that StartTransaction was answered with, in decimal. 2.0.1: the charge point''s own text.';
comment on column transactions.start_received_at is 'When its StartTransaction, or TransactionEvent Started, came; null until one is stored.';
comment on column transactions.stop_received_at is 'When its StopTransaction, or TransactionEvent Ended, came; null until one is stored.';
comment on column transactions.connector_id is 'Of the series of its readings: 0 for OCPP 2.0.1, where the EVSE measures as a whole.';
comment on column transactions.evse_connector_id is 'Connector of the EVSE, as TransactionEvents (OCPP 2.0.1) tell it; 0: they tell the EVSE alone; null: neither.';
comment on column transactions.authorized_id_tag is 'The idToken of an Updated (OCPP 2.0.1): a session may start before anybody is authorized.';
comment on column readings.quality is 'Bits: 1 its time had no zone and was taken as UTC; 2 a number stood where OCPP demands a text; 4 a text where it demands a number.';
comment on column series.connector_id is '0: the charge point as a whole; of an EVSE, the EVSE as a whole (OCPP 2.0.1).';
comment on table waiting_readings is 'Readings of a session whose connector or EVSE isn''t told yet: a StopTransaction names no connector, and a TransactionEvent not always an EVSE.';
comment on column quarantine.raw_kind is 'What raw is: frame, record, meterValues (of the version in protocol), startTransaction, stopTransaction, transactionEvent or judged.';
comment on table signed_values is 'Meter values that the meter signed (OCMF and the like), as they came. Nothing is computed from them.';
comment on column signed_values.ts is 'When it was measured, as the charge point says.';
comment on column signed_values.received_at is 'When the gateway received it first.';
comment on column signed_values.connector_id is '-1: where its transaction is.';
comment on column signed_values.encoding is 'How data is written: OCMF, ...; empty: not told. So are signing_method and public_key.';
comment on column signed_values.data is 'Exactly as sent; at most 16 KiB.';
comment on column signed_values.digest is 'SHA-256 of all that is told, without times.';
