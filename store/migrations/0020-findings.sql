-- compatible-from: 0010
-- What the rules of validation find in readings. A pure function of what is stored, as the aggregates are: whoever computes
-- these keeps them too. See docs/findings.md.

create table findings (
  id bigint generated always as identity primary key,
  from_ts timestamptz not null,
  to_ts timestamptz not null,
  detected_at timestamptz not null default clock_timestamp(),
  -- null: the readings still say so.
  withdrawn_at timestamptz,
  series_id integer not null,
  rule text not null,
  state text not null default 'open' check (state in ('open', 'confirmed', 'excluded', 'edited')),
  evidence jsonb not null,
  unique (series_id, from_ts, rule),
  check (from_ts <= to_ts)
) with (fillfactor = 80);
create index findings_by_time on findings (from_ts, id);

comment on table findings is 'What the rules of validation find in readings, computed anew whenever those change: see docs/findings.md.';
comment on column findings.from_ts is 'First instant that is in doubt; with the series and the rule it is what a finding is known by.';
comment on column findings.to_ts is 'Last instant that is in doubt; the same as the first where it is one.';
comment on column findings.detected_at is 'When it was found first.';
comment on column findings.withdrawn_at is 'Since when the readings no longer say so; of those only that an operator dealt with: others are deleted.';
comment on column findings.rule is 'Which rule found it: docs/findings.md has the list.';
comment on column findings.state is 'What an operator made of it. Whoever computes findings never writes it, and edits write nothing else.';
comment on column findings.evidence is 'What the rule saw: other figures for each rule.';
