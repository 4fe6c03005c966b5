-- Charging sessions, readings that wait for one, and quarantined parts that were sent again.

-- meterStart and meterStop: whole numbers, which would conflict with a fractional Transaction.Begin or .End.
insert into contexts (id, name) values (9, 'MeterStart'), (10, 'MeterStop') on conflict do nothing;

-- Of several Starts (or Stops) of one transaction that differ, the facts of the greatest stand, whatever came first:
-- by (started_at, connector_id, meter_start_wh, id_tag, evse_id), and by (ended_at, meter_stop_wh, stop_reason,
-- stop_id_tag); null is the lowest, and texts go by code units. Once a session is ended, a Start of another connector changes
-- nothing: the readings of its Stop are stored under the connector that stood when the two met.
alter table transactions
  -- When the first StartTransaction was heard; null until one is stored.
  add column start_received_at timestamptz,
  add column evse_id integer,
  add column connector_id integer,
  add column id_tag text,
  add column started_at timestamptz,
  add column meter_start_wh double precision,
  -- When the first StopTransaction was heard; null until one is stored.
  add column stop_received_at timestamptz,
  add column stop_id_tag text,
  add column ended_at timestamptz,
  add column meter_stop_wh double precision,
  add column stop_reason text,
  -- observed: only named in MeterValues; unmatched: stopped, and its Start has not come.
  add column status text not null generated always as (
    case
      when start_received_at is not null and stop_received_at is not null then 'ended'
      when start_received_at is not null then 'active'
      when stop_received_at is not null then 'unmatched'
      else 'observed'
    end
  ) stored;
-- Sessions are listed by the time of their start, else of their end; those with neither are the oldest.
create index transactions_by_charge_point on transactions
  (charge_point_id, coalesce(started_at, ended_at, timestamptz '-infinity'), id);
create index transactions_by_status on transactions
  (status, coalesce(started_at, ended_at, timestamptz '-infinity'), id);

-- Readings of a StopTransaction whose Start has not come: a StopTransaction names no connector.
create table waiting_readings (
  transaction_id bigint not null references transactions (id),
  evse_id integer not null,
  measurand text not null,
  phase text not null,
  location text not null,
  unit text not null,
  context text not null,
  ts timestamptz not null,
  value double precision not null,
  quality smallint not null,
  received_at timestamptz not null,
  primary key (transaction_id, ts, context, measurand, phase, location, unit, evse_id, value)
);

alter table quarantine
  -- What raw is (frame, record, meterValues, startTransaction, stopTransaction, judged); null: of before this was kept.
  add column raw_kind text,
  -- When the part was last sent again, and when something good came of it: it is open until then.
  add column redriven_at timestamptz,
  add column resolved_at timestamptz,
  add column status text not null generated always as (
    case when resolved_at is null then 'open' else 'resolved' end
  ) stored;
-- Parts are listed by the time they were received, which the first indexes did not know of.
drop index quarantine_by_charge_point;
drop index quarantine_by_reason;
create index quarantine_by_status on quarantine (status, received_at, id);
create index quarantine_by_charge_point on quarantine (status, charge_point_id, received_at, id);
create index quarantine_by_reason on quarantine (status, reason, received_at, id);

create index reading_conflicts_by_time on reading_conflicts (ts, id);
