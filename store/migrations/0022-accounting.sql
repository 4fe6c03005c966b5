-- compatible-from: 0010
-- What every flush did, by charge point and day, and the books in which it is added up: what stands in `readings` is held against them.
-- Workers of an older version write no entries: what they store is taken up into the books when it is found.

-- Append-only and written in the transaction of the rows, one row a flush. Not compressed: it lives for a minute.
create table account_entries (
  id bigint generated always as identity primary key,
  counts text not null
);
alter table account_entries alter column counts set storage external;

create table charge_point_days (
  day date not null,
  received integer not null default 0,
  duplicate integer not null default 0,
  rejected integer not null default 0,
  readings integer not null default 0,
  readings_duplicate integer not null default 0,
  readings_conflicting integer not null default 0,
  readings_rejected integer not null default 0,
  charge_point_id text not null,
  primary key (day, charge_point_id)
) with (fillfactor = 80);

create table account_checks (
  day date primary key,
  checked_at timestamptz not null default clock_timestamp(),
  missing bigint not null,
  taken_up bigint not null,
  deleted_rows bigint not null
) with (fillfactor = 80);

comment on table account_entries is 'What a flush did by charge point and day, until it is added to charge_point_days.';
comment on column account_entries.counts is 'JSON: by day, columns of ids and counts (store/accounting/flush-account.ts).';
comment on table charge_point_days is 'Messages and readings of a charge point by UTC day: what stands in `readings` is held against it.';
comment on column charge_point_days.charge_point_id is 'Empty: of nobody, since the record named no charge point that can be stored.';
comment on column charge_point_days.received is 'Messages that arrived on the day; stored = received - duplicate - rejected.';
comment on column charge_point_days.duplicate is 'Of them: nothing new.';
comment on column charge_point_days.rejected is 'Of them: nothing good.';
comment on column charge_point_days.readings is 'Readings whose time is of the day that are to be in the table `readings`.';
comment on column charge_point_days.readings_duplicate is 'Of messages that arrived on the day: known before.';
comment on column charge_point_days.readings_conflicting is 'Of messages that arrived on the day: another value of a known key.';
comment on column charge_point_days.readings_rejected is 'Of messages that arrived on the day: parts in quarantine.';
comment on table account_checks is 'When the readings of a day were last held against charge_point_days, and what that found.';
comment on column account_checks.missing is 'Readings that were stored and are not there.';
comment on column account_checks.taken_up is 'Readings, in all, that stood in the table and in no book, and were taken into it.';
comment on column account_checks.deleted_rows is 'What PostgreSQL had counted of deleted rows of the day''s partition: more of them is a reason to look again.';
