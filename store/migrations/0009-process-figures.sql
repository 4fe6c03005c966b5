-- What processes count, told every few seconds: the figures of the fleet are made of it.

create table process_figures (
  id uuid primary key,
  role text not null check (role in ('gateway', 'worker')),
  host text not null,
  pid integer not null,
  reported_at timestamptz not null default clock_timestamp(),
  figures json not null,
  earlier_at timestamptz,
  earlier json
) with (fillfactor = 50);

comment on table process_figures is 'What each gateway process and worker counts, as it last said. Who fell silent is forgotten after ten minutes.';
comment on column process_figures.reported_at is 'By the clock of the database.';
comment on column process_figures.figures is 'Counters since its start, and what is so at the moment; shapes are in store/processes/process-figures.ts.';
comment on column process_figures.earlier_at is 'When it said so the time before; null: it has said so once. Rates are of the time between the two.';
comment on column process_figures.earlier is 'What it said then.';
