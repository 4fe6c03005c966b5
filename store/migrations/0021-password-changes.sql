-- compatible-from: 0010
-- Which charge points' passwords have changed, so that gateways may keep the others in memory: a storm of reconnects is no
-- storm of questions, and what is taken back is gone from every gateway within seconds.

create table charge_point_password_changes (
  charge_point_id text primary key,
  changed_in xid8 not null
);
create index charge_point_password_changes_changed_in on charge_point_password_changes (changed_in);

create function note_password_change() returns trigger language plpgsql as $$
begin
  if tg_op in ('INSERT', 'UPDATE') then
    insert into charge_point_password_changes values (new.charge_point_id, pg_current_xact_id())
    on conflict (charge_point_id) do update set changed_in = excluded.changed_in;
  end if;
  if tg_op in ('DELETE', 'UPDATE') then
    insert into charge_point_password_changes values (old.charge_point_id, pg_current_xact_id())
    on conflict (charge_point_id) do update set changed_in = excluded.changed_in;
  end if;
  -- No charge point is named so: all of them have changed.
  if tg_op = 'TRUNCATE' then
    insert into charge_point_password_changes values ('', pg_current_xact_id())
    on conflict (charge_point_id) do update set changed_in = excluded.changed_in;
  end if;
  return null;
end
$$;

create trigger note_change after insert or update or delete on charge_point_passwords
for each row execute function note_password_change();
create trigger note_truncate after truncate on charge_point_passwords
for each statement execute function note_password_change();

comment on table charge_point_password_changes is 'When the passwords of a charge point last changed, for gateways that remember them.';
comment on column charge_point_password_changes.charge_point_id is 'Empty: all of them.';
comment on column charge_point_password_changes.changed_in is 'The transaction that did it.';
