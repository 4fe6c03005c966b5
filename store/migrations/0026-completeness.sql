-- compatible-from: 0010
-- How the samples of a bucket came, from which it is told what is missing. Workers of an older version leave these columns as they are:
-- `meterpulse rebuild` fills them of what was there before.

alter table rollup_15m add column late integer, add column irregular integer, add column clock integer, add column cadence_ms integer;
alter table rollup_1h add column late integer, add column irregular integer, add column clock integer, add column cadence_ms integer;
alter table rollup_1d add column late integer, add column irregular integer, add column clock integer, add column cadence_ms integer;

-- How often a charge point is to send, where it is known better than by what it sends.
create table cadences (
  charge_point_id text not null references charge_points (id),
  -- Empty: every measurand that has no row of its own.
  measurand text not null default '',
  seconds integer not null check (seconds between 1 and 86400),
  -- Whether it sends also while nobody charges.
  always boolean not null,
  primary key (charge_point_id, measurand)
);

-- Few are: a day of all charge points is looked at for them.
create index charge_point_days_rejected on charge_point_days (day, charge_point_id) where readings_rejected > 0;

comment on column rollup_15m.late is 'Samples that arrived more than 15 minutes after their time; null: none.';
comment on column rollup_15m.irregular is 'Samples at begin and end of transactions, which no cadence makes; null: none.';
comment on column rollup_15m.clock is 'Samples aligned to the clock (Sample.Clock); null: none.';
comment on column rollup_15m.cadence_ms is 'Usual time from one sample to the next, ms; null: too few to tell.';
comment on table cadences is 'How often charge points are to send, as the registry has it; without a row it is inferred from what they send.';
comment on column cadences.measurand is 'Empty: every one that has no row of its own.';
comment on column cadences.seconds is 'From one sample to the next.';
comment on column cadences.always is 'Also while nobody charges; else only during charging sessions.';
