-- compatible-from: 0010
-- What operators decide about readings, which are never changed themselves: aggregates are made of both. See docs/edits.md.

create table edits (
  id bigint generated always as identity primary key,
  from_ts timestamptz not null,
  to_ts timestamptz not null,
  value double precision,
  transaction_id bigint,
  finding_id bigint,
  made_at timestamptz not null default clock_timestamp(),
  undone_at timestamptz,
  series_id integer not null,
  action text not null check (action in ('confirm', 'exclude', 'replace', 'insert')),
  reason text not null check (length(reason) between 1 and 500),
  actor text,
  undone_by text,
  undone_reason text check (length(undone_reason) between 1 and 500),
  check (from_ts < to_ts),
  check ((value is not null) = (action in ('replace', 'insert'))),
  check (value is null or to_ts - from_ts = interval '1 ms'),
  check (transaction_id is null or action = 'insert'),
  check ((undone_at is null) = (undone_reason is null))
);
create index edits_of_series on edits (series_id, from_ts) where undone_at is null;
create index edits_by_finding on edits (finding_id) where finding_id is not null;

comment on table edits is 'What operators decided about readings: which are right, left out, or other than they were read. An edit holds until it is undone; rows are never removed.';
comment on column edits.to_ts is 'The first instant that it is no more about: 1 ms after from_ts where it is about one instant.';
comment on column edits.value is 'In the unit of the series; of replace and insert.';
comment on column edits.transaction_id is 'The charging session that an inserted value names.';
comment on column edits.finding_id is 'The finding that it deals with.';
comment on column edits.actor is 'Who made it, as the audit names them; null: the API asks nobody for a key.';
