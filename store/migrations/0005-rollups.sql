-- Aggregates that are a pure function of readings and sessions, and what tells which of them have to be computed again.

-- All series of a charge point are in one shard: a shard is computed by one process at a time.
alter table series add column shard smallint not null generated always as ((hashtext(charge_point_id) & 15)::smallint) stored;

-- Append-only, without a unique key; written in the transaction of the rows, one row a flush and shard.
create table rollup_marks (
  id bigint generated always as identity primary key,
  marked_at timestamptz not null default clock_timestamp(),
  shard smallint not null,
  -- One element each: times from the first to the last one that changed, both included.
  series_ids integer[] not null,
  from_ts timestamptz[] not null,
  to_ts timestamptz[] not null
);
create index rollup_marks_by_shard on rollup_marks (shard, id);

-- Values are null where the bucket has no sample: energy can flow in it all the same. Energy is null where the series has none.
create table rollup_15m (
  bucket timestamptz not null,
  first_ts timestamptz,
  last_ts timestamptz,
  min_value double precision,
  max_value double precision,
  sum_value double precision,
  first_value double precision,
  last_value double precision,
  measured_wh double precision,
  estimated_wh double precision,
  suspect_wh double precision,
  series_id integer not null,
  count integer not null,
  conflicts integer not null default 0,
  primary key (series_id, bucket)
) with (fillfactor = 80);

create table rollup_1h (like rollup_15m including all) with (fillfactor = 80);

create table rollup_1d (
  like rollup_15m including all,
  counts_as smallint not null default 0
) with (fillfactor = 80);
-- Samples that its energy was computed from: how far a change reaches is counted in them.
alter table rollup_15m add column energy_samples integer;
create index rollup_1d_by_day on rollup_1d (bucket, series_id) where counts_as > 0;

-- What registers show of how they count, by bucket and in all.
create table register_evidence (
  bucket timestamptz not null,
  series_id integer not null,
  restarts smallint not null,
  continuations smallint not null,
  clock_contradictions smallint not null,
  clock_agreements smallint not null,
  boundary_contradictions smallint not null,
  boundary_agreements smallint not null,
  primary key (series_id, bucket)
);

create table register_semantics (
  series_id integer primary key,
  restarts integer not null,
  continuations integer not null,
  clock_contradictions integer not null,
  clock_agreements integer not null,
  boundary_contradictions integer not null,
  boundary_agreements integer not null,
  kind text not null check (kind in ('lifetime', 'session')),
  ignores_clock boolean not null,
  ignores_boundary boolean not null
) with (fillfactor = 80);

-- What each bucket holds of each charging session.
create table transaction_slices (
  bucket timestamptz not null,
  first_ts timestamptz,
  last_ts timestamptz,
  measured_wh double precision,
  estimated_wh double precision,
  suspect_wh double precision,
  max_power_w double precision,
  transaction_id bigint not null,
  series_id integer not null,
  is_ended boolean not null,
  primary key (series_id, bucket, transaction_id)
) with (fillfactor = 80);
create index transaction_slices_by_transaction on transaction_slices (transaction_id);

alter table transactions
  add column first_reading_at timestamptz,
  add column last_reading_at timestamptz,
  add column end_was_read boolean not null default false;
-- Sessions are listed by the time of their start, else of their first reading, else of their end.
drop index transactions_by_charge_point;
drop index transactions_by_status;
create index transactions_by_charge_point on transactions
  (charge_point_id, coalesce(started_at, first_reading_at, ended_at, timestamptz '-infinity'), id);
create index transactions_by_status on transactions
  (status, coalesce(started_at, first_reading_at, ended_at, timestamptz '-infinity'), id);
-- Which session a moment belongs to at a connector.
create index transactions_by_place on transactions (charge_point_id, connector_id, evse_id, started_at)
  where started_at is not null;

-- Raised with every change of aggregates, by UTC day, of the shard and of the slot of its charge point. Scopes are 0 to 15 for shards,
-- 1024 + (hashtext(charge_point_id) & 1023) for slots, and -1 for the registry.
create table rollup_versions (
  version bigint not null,
  day date not null,
  scope smallint not null,
  primary key (scope, day)
) with (fillfactor = 50);
insert into rollup_versions (scope, day, version) values (-1, '1970-01-01', 1);

create function raise_registry_version() returns trigger language plpgsql as $$
begin
  update rollup_versions set version = version + 1 where scope = -1 and day = '1970-01-01';
  return null;
end
$$;
create trigger charge_points_versioned after insert or update or delete on charge_points
  for each statement execute function raise_registry_version();

-- What was stored before there were aggregates.
insert into rollup_marks (shard, series_ids, from_ts, to_ts)
select shard, array_agg(id order by id), array_agg(timestamptz '-infinity' order by id),
  array_agg(timestamptz 'infinity' order by id)
from series group by shard, id / 1000;

comment on column series.shard is 'Which part of the aggregates it belongs to: all series of a charge point are in one.';
comment on table rollup_marks is 'Spans of series whose aggregates have to be computed again: written with the rows, deleted by whoever computes.';
comment on table rollup_15m is 'Aggregates of 15 minutes of a series, exact under any order of arrival: see docs/energy.md.';
comment on column rollup_15m.count is 'Samples: instants at which the series has a reading.';
comment on column rollup_15m.conflicts is 'Values that lost against another one of the same key: the bucket is suspect.';
comment on column rollup_15m.measured_wh is 'Energy between neighbouring samples, also across the edges of the bucket. varh for reactive energy.';
comment on column rollup_15m.estimated_wh is 'Energy across a gap, spread evenly over it.';
comment on column rollup_15m.suspect_wh is 'What placeholders, spikes and impossible steps would have added: part of no sum.';
comment on column rollup_15m.energy_samples is 'Samples that its energy was computed from.';
comment on table rollup_1h is 'Hours, from the 15 minutes.';
comment on table rollup_1d is 'UTC days, from the hours.';
comment on column rollup_1d.counts_as is '2: its energy is its charge point''s and its connector''s; 1: its connector''s alone, since others measure the same; 0: neither.';
comment on table register_evidence is 'What a bucket shows of how a register counts.';
comment on table register_semantics is 'How a register counts, inferred from all of its readings: see docs/energy.md.';
comment on column register_semantics.kind is 'lifetime: it goes on from session to session. session: it starts again with each.';
comment on column register_semantics.ignores_clock is 'Its Sample.Clock readings are of another register than the others.';
comment on column register_semantics.ignores_boundary is 'Its readings at begin and end of transactions are of another register than the others.';
comment on table transaction_slices is 'What each 15 minutes of a series hold of a charging session.';
comment on column transaction_slices.is_ended is 'A reading of context Transaction.End was among them.';
comment on column transaction_slices.max_power_w is 'Greatest reading of a power series; greatest mean power between two samples of a register.';
comment on column transactions.first_reading_at is 'Of its energy and power, kept by the rollups; so are last_reading_at and end_was_read.';
comment on column transactions.end_was_read is 'It has a reading of context Transaction.End.';
comment on table rollup_versions is 'Raised with every change of aggregates, by UTC day: of a shard (0 to 15), of a slot of charge points (from 1024), and of the registry (-1). Answers are cached by it.';
