-- The embedded message log: what Kafka is in production, in PostgreSQL alone.

create table inbox_partitions (
  partition integer primary key,
  -- The position the next record gets. Its row lock orders publishers, so that positions become visible in order.
  next_position bigint not null default 0,
  -- Records below it were trimmed.
  first_position bigint not null default 0
) with (fillfactor = 50);

create table inbox (
  position bigint not null,
  received_at timestamptz not null default now(),
  partition integer not null,
  charge_point_id text,
  payload bytea,
  primary key (partition, position)
);

-- Which inbox this is: positions stored for another one mean nothing here.
create table inbox_identity (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid()
);
insert into inbox_identity default values;

-- Who consumes: partitions are shared evenly among the members whose heartbeat is fresh.
create table inbox_members (
  id text primary key,
  heartbeat_at timestamptz not null
);

create table inbox_leases (
  partition integer primary key references inbox_partitions (partition),
  owner text,
  -- Raised each time that a member takes the partition, so that one that lost it and got it back notices.
  term bigint not null default 0
) with (fillfactor = 50);

-- One heartbeat of a member: the dead lose their partitions, it gives up what is above its share and takes what is free
-- up to it. Returns what it holds. Any change wakes the others by NOTIFY, so that the sharing settles at once.
create function share_inbox(member text, time_to_live interval)
returns table (held_partition integer, held_term bigint)
language plpgsql as $$
declare
  changed boolean;
  quota bigint;
begin
  -- Any number that nothing else takes: members share one after the other.
  perform pg_advisory_xact_lock(7882834701842412909);
  insert into inbox_members (id, heartbeat_at) values (member, clock_timestamp()) on conflict (id) do nothing;
  changed := found;
  if not changed then
    update inbox_members set heartbeat_at = clock_timestamp() where id = member;
  end if;
  delete from inbox_members where heartbeat_at < clock_timestamp() - time_to_live;
  changed := changed or found;
  update inbox_leases set owner = null
    where owner is not null and not exists (select from inbox_members where id = owner);
  changed := changed or found;

  select all_partitions / members + case when rank < all_partitions % members then 1 else 0 end into quota
    from (select id, row_number() over (order by id) - 1 as rank, count(*) over () as members from inbox_members) ranked,
      (select count(*) as all_partitions from inbox_leases) counted
    where id = member;
  update inbox_leases set owner = null
    where partition in (select partition from inbox_leases where owner = member order by partition offset quota);
  changed := changed or found;
  update inbox_leases set owner = member, term = term + 1
    where partition in (
      select partition from inbox_leases where owner is null order by partition
      limit greatest(quota - (select count(*) from inbox_leases where owner = member), 0)
    );
  changed := changed or found;

  if changed then
    perform pg_notify('meterpulse_inbox_members', '');
  end if;
  return query select partition, term from inbox_leases where owner = member order by partition;
end
$$;
