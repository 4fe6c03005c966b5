-- compatible-from: 0010
-- A database that was restored from a backup goes on otherwise than it did before: what clients and processes remember of what came
-- after the backup is void. See docs/disaster-recovery.md.

create table database_history (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid(),
  began_at timestamptz not null default clock_timestamp(),
  cause text not null
);
insert into database_history (cause) values ('made by migrate');

alter table logs add column incarnation text;
alter table consumer_positions add column noticed_offset bigint not null default 0;

-- Cursors of the feed and versions of answers only ever rise. Both go on from the microseconds since 1970, which no history before
-- can have reached: it would have needed a million changes a second from its own begin on. So nobody takes what is new for what
-- they have, and a second restore of the same backup differs from the first one too.
create function begin_history(new_cause text) returns uuid language plpgsql as $$
declare
  era bigint := floor(extract(epoch from clock_timestamp()) * 1000000);
  next_position bigint;
  new_id uuid;
begin
  -- The lock of who cleans the feed (store/feed/clean-feed.ts), then that of who writes to it.
  perform pg_advisory_xact_lock(7885838558918173038);
  perform pg_advisory_xact_lock(30804056920647012);
  next_position := greatest(feed_head() + 1, era);
  -- Nobody can follow from before to after.
  truncate feed;
  update feed_segments set first_position = null, began_at = null, is_current = false;
  update feed_segments set first_position = next_position, began_at = clock_timestamp(), is_current = true where segment = 0;
  update rollup_versions set version = greatest(version + 1, era) where scope = -1 and day = '1970-01-01';
  update database_history set id = gen_random_uuid(), began_at = clock_timestamp(), cause = new_cause returning id into strict new_id;
  perform pg_notify('meterpulse_feed', '');
  return new_id;
end
$$;

comment on table database_history is 'Which history of this database is gone on with: another one after it was restored from a backup, or lost what it had confirmed.';
comment on column database_history.id is 'Processes that remember another one end, and are started anew.';
comment on column database_history.cause is 'Why it began.';
comment on column logs.incarnation is 'Id that Kafka gave to the topic when it was made; null: not told.';
comment on column consumer_positions.noticed_offset is 'A loss up to here was noticed: workers had stored that far, and the database does not know it.';
