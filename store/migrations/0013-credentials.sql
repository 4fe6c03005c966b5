-- compatible-from: 0010
-- Who may come in: keys of people and programs, and passwords of charge points. Of both a keyed hash alone is here.

create table access_keys (
  id text primary key check (id ~ '^[0-9a-z]{12}$'),
  name text not null,
  hash bytea not null check (length(hash) = 32),
  scopes text[] not null,
  sites text[],
  charge_point_ids text[],
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz
);

create table charge_point_passwords (
  charge_point_id text not null,
  hash bytea not null check (length(hash) = 32),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  primary key (charge_point_id, hash)
);

comment on table access_keys is 'Keys that programs and people show instead of a token.';
comment on column access_keys.id is 'The part of a key that is no secret: it names the key in lists and in the audit.';
comment on column access_keys.name is 'Whose it is, for people.';
comment on column access_keys.hash is 'HMAC-SHA-256 of the whole key.';
comment on column access_keys.scopes is 'What its holder may do.';
comment on column access_keys.sites is 'Sites whose rows its holder is shown; null: all.';
comment on column access_keys.charge_point_ids is 'Charge points for which its holder may send readings over /ingest; null: all.';
comment on column access_keys.expires_at is 'From then on it is refused; null: never.';
comment on column access_keys.revoked_at is 'When it was taken back; such a row stays, so that the audit can name it.';
comment on table charge_point_passwords is 'Passwords of charge points (HTTP Basic). Two of one charge point while a new one is on its way to it.';
comment on column charge_point_passwords.hash is 'HMAC-SHA-256 of id and password.';
comment on column charge_point_passwords.expires_at is 'From then on it is refused: set on the one that a new one replaces; null: never.';
