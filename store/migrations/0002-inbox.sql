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

-- Who consumes: partitions are shared evenly among the members whose heartbeat is fresh.
create table inbox_members (
  id text primary key,
  heartbeat_at timestamptz not null default now()
);
