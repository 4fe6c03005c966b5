-- compatible-from: 0010
-- Old days in a columnar form, and how far back each resolution is kept: see docs/storage.md. Nothing is compacted or dropped before
-- it is asked for, so that older code works on this; the first compaction ends that (begin_compaction).

-- One row in the place of a day's readings of a series: of these there are rows in `readings`, or one here, never both. Numbers lie near
-- a straight line: the n-th one, from 0 on, is base + n * step + offsets[n] * unit; offsets are in one array of the three, or all 0.
create table compacted_readings (
  first_ts timestamptz not null,
  -- Microseconds behind first_ts, which is their base.
  ts_step bigint not null,
  ts_unit bigint not null,
  -- Microseconds behind the reading's own time.
  received_base bigint not null,
  received_step bigint not null,
  received_unit bigint not null,
  batch_base bigint not null,
  batch_step bigint not null,
  batch_unit bigint not null,
  -- Of values times the divisor; all null where they are no short decimal numbers, and then in value_raw.
  value_base bigint,
  value_step bigint,
  value_unit bigint,
  series_id integer not null,
  day date not null,
  count integer not null check (count > 0),
  value_divisor integer,
  context smallint not null,
  quality smallint not null,
  ts_2 smallint[],
  ts_4 integer[],
  ts_8 bigint[],
  received_2 smallint[],
  received_4 integer[],
  received_8 bigint[],
  batch_2 smallint[],
  batch_4 integer[],
  batch_8 bigint[],
  value_2 smallint[],
  value_4 integer[],
  value_8 bigint[],
  value_raw double precision[],
  -- null: all are of `context`, and so on.
  contexts smallint[],
  qualities smallint[],
  -- Of runs of readings that name the same session, and null where they name none; with the first reading of each run, from 0 on. No
  -- array: none names any.
  transaction_ids bigint[],
  transaction_from integer[],
  primary key (series_id, day)
) with (toast_tuple_target = 128);
create index compacted_readings_by_day on compacted_readings (day);

-- Compressed where they are, and moved to another place only when the row doesn't fit into a page.
do $$
declare
  name text;
begin
  for name in
    select attname from pg_attribute
    where attrelid = 'compacted_readings'::regclass and attnum > 0 and attlen = -1
  loop
    execute format('alter table compacted_readings alter column %I set storage main', name);
  end loop;
end
$$;

-- Days of which anything was compacted. A flush into one of them looks for what it has to bring back first.
create table compacted_days (
  day date primary key,
  compacted_at timestamptz not null default clock_timestamp()
);

-- What is older was dropped, or may be at any time. Only ever raised.
create table retention_horizons (
  resolution text primary key check (resolution in ('raw', '15m', '1h', '1d')),
  before timestamptz not null default '-infinity'
);
insert into retention_horizons (resolution) values ('raw'), ('15m'), ('1h'), ('1d');

-- From now on code that doesn't know of compacted days must not run: it would answer without them.
create function begin_compaction() returns void language sql security definer as $$
  update schema_migrations set compatible_from = version
  where name like '%-storage' and compatible_from < version
$$;

-- Gives the space of a day back whose rows were all compacted. true: it did. A heap without a page proves that no snapshot sees any of
-- its rows; until vacuum got there, and where somebody reads the day, it is left for the next time.
create function empty_reading_day(day date) returns boolean language plpgsql security definer as $$
declare
  partition regclass := to_regclass('readings_' || to_char(day, 'YYYYMMDD'));
begin
  if partition is null or pg_relation_size(partition) > 0 or pg_indexes_size(partition) <= 2 * current_setting('block_size')::integer then
    return false;
  end if;
  set local lock_timeout = '200ms';
  execute format('lock table %s in access exclusive mode', partition);
  if pg_relation_size(partition) > 0 then
    return false;
  end if;
  execute format('truncate %s', partition);
  return true;
exception when lock_not_available then
  return false;
end
$$;

-- Drops a day behind the horizon of raw readings. true: it did. Whoever reads or writes readings meanwhile waits for 200 ms at most;
-- where somebody does for longer, it is left for the next time.
create function drop_reading_day(day date) returns boolean language plpgsql security definer as $$
declare
  partition regclass := to_regclass('readings_' || to_char(day, 'YYYYMMDD'));
begin
  if not exists (select from retention_horizons h where h.resolution = 'raw' and h.before >= (day + 3)::timestamp at time zone 'UTC') then
    raise exception 'day % is not two days behind the horizon of raw readings', day using errcode = 'invalid_parameter_value';
  end if;
  if partition is null then
    return false;
  end if;
  set local lock_timeout = '200ms';
  if exists (select from pg_inherits where inhrelid = partition and inhparent = 'readings'::regclass) then
    execute format('alter table readings detach partition %s', partition);
  end if;
  execute format('drop table %s', partition);
  return true;
exception when lock_not_available then
  return false;
end
$$;
do $$
declare
  signature text;
begin
  foreach signature in array array['begin_compaction()', 'empty_reading_day(date)', 'drop_reading_day(date)'] loop
    execute format('alter function %s set search_path = %I, pg_temp', signature, current_schema());
    execute format('revoke execute on function %s from public', signature);
  end loop;
end
$$;

comment on table compacted_readings is 'Old days in a columnar form: one row in the place of a day''s readings of a series, of which there are no rows in `readings` then. See docs/storage.md.';
comment on column compacted_readings.ts_step is 'The n-th reading, from 0 on, is at first_ts + (n * ts_step + offset * ts_unit) microseconds; its offset is in ts_2, ts_4 or ts_8, by the width they need, or 0.';
comment on column compacted_readings.received_base is 'When it was received: microseconds behind its own time, as base + n * step + offset * unit; so are the numbers of flushes and values.';
comment on column compacted_readings.value_divisor is 'Values are whole numbers divided by it; null: they are in value_raw.';
comment on column compacted_readings.context is 'Of the first reading, and of all where contexts is null; so is quality.';
comment on column compacted_readings.transaction_ids is 'Sessions of runs of readings, null where these name none. No array: none names any.';
comment on column compacted_readings.transaction_from is 'The first reading of each run, from 0 on.';
comment on table compacted_days is 'Days of which anything was compacted.';
comment on table retention_horizons is 'What is older was dropped, or may be at any time. Only ever raised.';
