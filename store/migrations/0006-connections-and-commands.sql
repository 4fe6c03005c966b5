-- Who is connected where, and what charge points are told to do.

create table gateway_processes (
  id uuid primary key,
  host text not null,
  pid integer not null,
  connections integer not null,
  started_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- One row a charge point. Its order is by connected_at, which the database takes by its own clock: gateways tell ages.
create table connections (
  charge_point_id text primary key,
  gateway_id uuid not null,
  session bigint not null,
  revision bigint not null,
  protocol text not null,
  gateway_host text not null,
  gateway_pid integer not null,
  remote_address text not null,
  connected_at timestamptz not null,
  last_message_at timestamptz,
  disconnected_at timestamptz,
  close_reason text,
  vendor text not null default '',
  model text not null default '',
  serial_number text not null default '',
  firmware_version text not null default '',
  booted_at timestamptz,
  replaced_gateway_id uuid,
  replaced_session bigint
) with (fillfactor = 70);

create table commands (
  id uuid primary key default gen_random_uuid(),
  charge_point_id text not null,
  action text not null,
  request json not null,
  state text not null default 'queued' check (state in ('queued', 'sent', 'answered', 'error', 'failed', 'timed_out', 'expired')),
  requested_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  gateway_id uuid,
  sent_at timestamptz,
  ended_at timestamptz,
  answer json,
  error_code text,
  error_description text,
  error_details json,
  failure text,
  failure_detail text
);
create index commands_by_charge_point on commands (charge_point_id, requested_at, id);
create index commands_open on commands (requested_at, id) where state in ('queued', 'sent');
create index commands_sent on commands (charge_point_id) where state = 'sent';
create index commands_by_time on commands (requested_at);

comment on table gateway_processes is 'Processes of gateways that run: each says so every few seconds. The connections of one that fell silent are lost.';
comment on column gateway_processes.connections is 'Open sockets, as it last said.';
comment on table connections is 'Which charge point is connected where since when, or was: see docs/operations.md, "Who is connected".';
comment on column connections.session is 'Number of the socket within its gateway process.';
comment on column connections.revision is 'Number of the write within its gateway process: an older one that arrives late changes nothing.';
comment on column connections.connected_at is 'By the clock of the database; the newest connection of a charge point keeps the row.';
comment on column connections.last_message_at is 'Exact to a minute.';
comment on column connections.booted_at is 'When it last said what it is (BootNotification): vendor, model, serial_number and firmware_version are of then.';
comment on column connections.replaced_gateway_id is 'Whose open connection this one took over, with replaced_session: that gateway process closes its socket.';
comment on table commands is 'Calls to charge points, from their request to their answer. Deleted when they are COMMAND_RETENTION_DAYS old.';
comment on column commands.request is 'Payload of the call, as it was asked for.';
comment on column commands.state is 'queued: no gateway has sent it; sent: its answer is waited for; answered, or an error of the charge point; failed: it could not be sent, or its connection ended; timed_out: no answer in time; expired: never sent.';
comment on column commands.expires_at is 'It is not sent after that, and its answer is not waited for any longer.';
comment on column commands.answer is 'Payload of the answer.';
comment on column commands.failure is 'Why it failed: one of a closed list.';
