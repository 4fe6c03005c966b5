-- compatible-from: 0010
-- Who did what, when, from where, and what came of it. Only ever added to; see docs/audit.md.

create sequence audit_id as bigint;
create table audit (
  id bigint not null default nextval('audit_id'),
  at timestamptz not null default clock_timestamp(),
  until timestamptz,
  count bigint not null default 1 check (count > 0),
  action text not null,
  outcome text not null check (outcome in ('done', 'begun', 'refused', 'failed')),
  actor text,
  actor_kind text not null check (actor_kind in ('key', 'token', 'charge point', 'operator', 'nobody')),
  subject text,
  address text,
  source text not null,
  request_id text,
  detail jsonb not null default '{}',
  database_role text not null default current_setting('session_authorization'),
  primary key (at, id)
) partition by range (at);
alter sequence audit_id owned by audit.id;
create index audit_subject on audit (subject, at);
create index audit_actor on audit (actor, at);
-- So that no change ever waits for, or fails at, a month that nobody has made.
create table audit_rest partition of audit default;

-- Privileges are what keeps the audit as it is; this keeps those from a slip who have them all.
create function audit_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is only ever added to'
    using errcode = 'insufficient_privilege', hint = 'Old months go as a whole: see docs/audit.md.';
end
$$;
create trigger audit_only_grows before update or delete on audit for each row execute function audit_only_grows();
create trigger audit_only_grows_whole before truncate on audit for each statement execute function audit_only_grows();

-- Makes the partition of the UTC month that `day` is in. false: it is there. What came before it was made moves into it. Whoever may
-- not make tables calls it too, so it makes nothing far from now, and what it names stands in one schema.
create function make_audit_month(day date) returns boolean language plpgsql security definer set lock_timeout = '2s' as $$
declare
  first date := date_trunc('month', day)::date;
  next date := (date_trunc('month', day) + interval '1 month')::date;
  name text := 'audit_' || to_char(day, 'YYYYMM');
  bounds text := format('for values from (%L) to (%L)', first || ' 00:00:00+00', next || ' 00:00:00+00');
begin
  if day < current_date - 400 or day > current_date + 400 then
    raise exception 'a month so far from now is not made: %', day using errcode = 'invalid_parameter_value';
  end if;
  -- ASCII of "mp audit": any number that nothing else in this database takes.
  perform pg_advisory_xact_lock(7885838550479169908);
  if exists (select from pg_inherits where inhrelid = to_regclass(name) and inhparent = 'audit'::regclass) then
    return false;
  end if;
  execute format('create table %I (like audit including all)', name);
  if exists (select from audit_rest
             where at >= (first || ' 00:00:00+00')::timestamptz and at < (next || ' 00:00:00+00')::timestamptz) then
    alter table audit_rest disable trigger audit_only_grows;
    execute format(
      'with moved as (delete from audit_rest where at >= %L and at < %L returning *) insert into %I select * from moved',
      first || ' 00:00:00+00', next || ' 00:00:00+00', name);
    alter table audit_rest enable trigger audit_only_grows;
  end if;
  execute format('alter table audit attach partition %I %s', name, bounds);
  return true;
end
$$;
do $$
begin
  execute format('alter function make_audit_month(date) set search_path = %I, pg_temp', current_schema());
end
$$;
revoke execute on function make_audit_month(date) from public;

comment on table audit is 'Every change, refusal, command, edit, export and event of a credential. Partitions by UTC month; only ever added to.';
comment on column audit.at is 'When, by the clock of the database; of several that were counted together, the first.';
comment on column audit.until is 'Of several that were counted together, the last; null: it was one.';
comment on column audit.count is 'How often, of refusals that were counted together.';
comment on column audit.action is 'What was asked for: docs/audit.md has the list.';
comment on column audit.outcome is 'done; begun: more is told later, or never; refused: they may not, or it could not be; failed: an outage or a fault.';
comment on column audit.actor is 'Name of who asked, as far as it is known.';
comment on column audit.actor_kind is 'How they showed who they are. An operator is an account of the machine on which a command ran, as that machine says.';
comment on column audit.subject is 'What it was done to: the id of a charge point, of a key, or a route.';
comment on column audit.address is 'Of the peer, or the host on which a command ran; of refusals that were counted together, null when they came from several.';
comment on column audit.source is 'Which part wrote it.';
comment on column audit.request_id is 'X-Request-Id of the answer.';
comment on column audit.detail is 'What else is known; never a secret.';
comment on column audit.database_role is 'Who wrote it, to PostgreSQL.';
