-- compatible-from: 0010
-- What is estimated where nothing was measured, apart from all that was. Kept by whoever computes the aggregates. See docs/edits.md.

create table estimates (
  from_ts timestamptz not null,
  to_ts timestamptz not null,
  from_value double precision not null,
  to_value double precision not null,
  energy double precision not null,
  series_id integer not null,
  method text not null,
  version smallint not null,
  primary key (series_id, to_ts)
) with (fillfactor = 80);

-- What was aggregated before there were estimates.
insert into rollup_marks (shard, series_ids, from_ts, to_ts)
select s.shard, array_agg(d.series_id), array_agg(d.bucket), array_agg(d.bucket + interval '1 day' - interval '1 ms')
from rollup_1d d join series s on s.id = d.series_id
where d.estimated_wh > 0 and s.measurand like 'Energy.%.Register'
group by s.shard, d.series_id / 1000;

comment on table estimates is 'How a register is estimated to have gone on where it was not read, or an operator said what it showed: the energy of a row is what the aggregates have as estimated.';
comment on column estimates.from_ts is 'When the register was read last before, or begins to be known by an edit.';
comment on column estimates.to_ts is 'When it was read again.';
comment on column estimates.from_value is 'What it showed then, in the unit of the series.';
comment on column estimates.to_value is 'What it showed then; less than before where it rolled over.';
comment on column estimates.energy is 'What it counted meanwhile, in the unit of the series.';
comment on column estimates.method is 'linear: evenly from from_ts, or from 31 days before to_ts, to to_ts.';
comment on column estimates.version is 'Of the method: it is raised when another version of the program estimates otherwise.';
