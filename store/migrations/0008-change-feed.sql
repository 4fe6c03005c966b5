-- The change feed: what was stored and changed, in the order of commits.

-- A ring of segments: the oldest is emptied by TRUNCATE and becomes the newest, so that the feed is bounded without DELETE.
create table feed (
  -- Dense: 1, 2, 3, ... in the order of commits. A reader that misses a number knows that it was cleaned away.
  position bigint not null,
  committed_at timestamptz not null,
  segment smallint not null,
  kind text not null check (kind in ('readings', 'chargePoint')),
  payload json not null,
  primary key (position, segment)
) partition by list (segment);
-- Compressing would cost more than it saves: who writes holds the feed meanwhile.
alter table feed alter column payload set storage external;
create table feed_0 partition of feed for values in (0);
create table feed_1 partition of feed for values in (1);
create table feed_2 partition of feed for values in (2);
create table feed_3 partition of feed for values in (3);
create table feed_4 partition of feed for values in (4);
create table feed_5 partition of feed for values in (5);
create table feed_6 partition of feed for values in (6);
create table feed_7 partition of feed for values in (7);

create table feed_segments (
  segment smallint primary key,
  -- Of its first row, or of the next one to come; null while it is empty and not yet in use.
  first_position bigint,
  began_at timestamptz,
  is_current boolean not null default false
);
create unique index feed_segments_current on feed_segments (is_current) where is_current;
insert into feed_segments (segment, first_position, began_at, is_current)
  select n, case when n = 0 then 1 end, case when n = 0 then now() end, n = 0 from generate_series(0, 7) n;

-- Position of the newest row that the caller's snapshot sees; 0 before the first. Touches no other segment than the one that is
-- written, so that neither writers nor long reads meet the one that is being emptied.
create function feed_head() returns bigint language plpgsql stable as $$
declare
  into_segment smallint;
  segment_first bigint;
  head bigint;
begin
  select segment, first_position into strict into_segment, segment_first from feed_segments where is_current;
  case into_segment
    when 0 then select max(position) into head from feed_0;
    when 1 then select max(position) into head from feed_1;
    when 2 then select max(position) into head from feed_2;
    when 3 then select max(position) into head from feed_3;
    when 4 then select max(position) into head from feed_4;
    when 5 then select max(position) into head from feed_5;
    when 6 then select max(position) into head from feed_6;
    when 7 then select max(position) into head from feed_7;
  end case;
  return coalesce(head, segment_first - 1);
end
$$;

-- The last act of a transaction: holds the feed until the commit, so that positions are in the order of commits and whoever
-- sees one sees all before it. The number of the lock is ASCII of "mp feed" (any that nothing else in this database takes).
create function feed_append(new_kind text, new_payload json) returns bigint language plpgsql as $$
declare
  next_position bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'changes of what the feed tells need READ COMMITTED: a snapshot of before the lock does not see the head'
      using errcode = 'feature_not_supported';
  end if;
  perform pg_advisory_xact_lock(30804056920647012);
  next_position := feed_head() + 1;
  insert into feed (position, committed_at, segment, kind, payload)
    select next_position, clock_timestamp(), segment, new_kind, new_payload from feed_segments where is_current;
  -- Without a payload: those of one transaction are one.
  perform pg_notify('meterpulse_feed', '');
  return next_position;
end
$$;

-- From now on an empty segment is written; the caller has emptied it, and is the only one that does so. The lock keeps writers out
-- until the commit: each of them counts on from what the one before left, wherever that lies.
create function feed_switch(to_segment smallint) returns void language plpgsql as $$
declare
  next_position bigint;
begin
  perform pg_advisory_xact_lock(30804056920647012);
  next_position := feed_head() + 1;
  update feed_segments set is_current = false where is_current;
  update feed_segments set is_current = true, first_position = next_position, began_at = clock_timestamp()
    where segment = to_segment and first_position is null;
  if not found then
    raise exception 'segment % of the feed is in use', to_segment;
  end if;
end
$$;

-- Who changes a charge point, by whatever way, makes it a new version.
create function charge_point_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
create trigger charge_point_version before update on charge_points for each row
  when ((old.label, old.site, old.status) is distinct from (new.label, new.site, new.status))
  execute function charge_point_version();

-- A retired charge point is a deleted one that is still known by its readings: to the feed it is gone.
create function charge_point_json(of charge_points) returns json language sql stable as $$
  select json_build_object('id', of.id, 'label', of.label, 'site', of.site, 'status', of.status,
    'createdAt', of.created_at, 'updatedAt', of.updated_at, 'version', of.version)
$$;
create function charge_point_to_feed() returns trigger language plpgsql as $$
declare
  was boolean := tg_op <> 'INSERT' and old.status <> 'retired';
  is_now boolean := tg_op <> 'DELETE' and new.status <> 'retired';
begin
  if was and is_now and (old.label, old.site, old.status) is not distinct from (new.label, new.site, new.status) then
    return null;
  end if;
  if was or is_now then
    perform feed_append('chargePoint', json_build_object(
      'op', case when not was then 'insert' when not is_now then 'delete' else 'update' end,
      'old', case when was then charge_point_json(old) end,
      'new', case when is_now then charge_point_json(new) end));
  end if;
  return null;
end
$$;
-- Deferred: the position is taken when the transaction commits.
create constraint trigger charge_point_to_feed after insert or update or delete on charge_points
  deferrable initially deferred for each row execute function charge_point_to_feed();

comment on table feed is 'Changes in the order of commits: one row a flush of readings, one row a change of a charge point. See docs/live.md.';
comment on column feed.position is 'What a cursor counts: dense, rising in the order of commits.';
comment on column feed.segment is 'Part of the ring that it lies in; emptied as a whole.';
comment on column feed.kind is 'readings: columns of what was inserted or replaced; chargePoint: the row before and after.';
comment on column feed.committed_at is 'By the clock of the database, as the commit began.';
comment on column feed.payload is 'Shapes are in store/feed/feed-row.ts.';
comment on table feed_segments is 'The ring of the feed: which segment is written, and where each begins.';
comment on column feed_segments.first_position is 'Of its first row, or of the next one to come; null: it is empty and not in use.';
comment on column feed_segments.began_at is 'When it became the one that is written.';
