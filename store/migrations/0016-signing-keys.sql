-- compatible-from: 0010
-- Keys whose holders sign what they send over /ingest. A session is claimed once, by whichever process it comes to first.

alter table access_keys add column signs boolean not null default false;

create table signing_sessions (
  key_id text not null,
  session text not null check (length(session) <= 128),
  expires_at timestamptz not null,
  primary key (key_id, session)
);
create index signing_sessions_expires_at on signing_sessions (expires_at);

comment on column access_keys.signs is 'Whether its holder has to sign each frame that it sends over /ingest.';
comment on table signing_sessions is 'Sessions of senders that sign, so that nobody plays one again: a row each until it would be too old anyway.';
comment on column signing_sessions.key_id is 'The key of access_keys that it was opened with.';
comment on column signing_sessions.session is 'As its sender named it: the time, and what nobody can guess.';
comment on column signing_sessions.expires_at is 'From then on its time is refused; the row goes when others are claimed.';
