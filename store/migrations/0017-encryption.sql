-- compatible-from: 0010
-- What identifies people may be encrypted (docs/privacy.md): the keys that were used, and what rows are found by.

create table data_keys (
  id text primary key check (id ~ '^[A-Za-z0-9_-]{1,32}$'),
  fingerprint bytea not null check (length(fingerprint) = 16),
  used_since timestamptz not null default clock_timestamp()
);

alter table transactions
  add column id_tag_blinds bytea[],
  add column erased_at timestamptz;
create index transactions_by_id_tag on transactions using gin (id_tag_blinds) where id_tag_blinds is not null;

alter table quarantine add column raw_key text;

-- A label that is encrypted anew is the same one: no new version of its charge point, and nothing to tell.
drop trigger charge_point_version on charge_points;
create trigger charge_point_version before update on charge_points for each row
  when ((old.label, old.site, old.status) is distinct from (new.label, new.site, new.status)
    and current_setting('meterpulse.rotates_keys', true) is distinct from 'on')
  execute function charge_point_version();
create or replace function charge_point_to_feed() returns trigger language plpgsql as $$
declare
  was boolean := tg_op <> 'INSERT' and old.status <> 'retired';
  is_now boolean := tg_op <> 'DELETE' and new.status <> 'retired';
begin
  if was and is_now and old.version = new.version then
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

comment on table data_keys is 'Keys by which values of this database are encrypted: the names, and what tells whether somebody has the same ones. Never a key.';
comment on column data_keys.fingerprint is 'Derived from the key, which it does not tell.';
comment on column transactions.id_tag is 'Who started it; may be encrypted, as stop_id_tag and authorized_id_tag: docs/privacy.md.';
comment on column transactions.id_tag_blinds is 'Keyed hashes of its id tags, by which it is found; null: none are encrypted.';
comment on column transactions.erased_at is 'When who was there was erased on request: it is not learnt again from what is told again.';
comment on column charge_points.label is 'What people call it; may be encrypted.';
comment on column quarantine.raw_key is 'Data key by which raw is encrypted; null: it is in clear.';
comment on column quarantine.detail is 'What is wrong, in words; may be encrypted.';
comment on column commands.request is 'Payload of the call, as it was asked for; may be encrypted: a JSON string then, as answer and error_details.';
