-- compatible-from: 0010
-- How many requests came in a minute, over all processes, so that a limit is one limit however many pods there are.
-- Unlogged: it is worth nothing after a minute, and costs no write-ahead log.

create unlogged table request_counts (
  subject bytea not null check (length(subject) = 16),
  minute bigint not null,
  requests bigint not null,
  primary key (subject, minute)
);

comment on table request_counts is 'Requests of the last minutes by who is counted, of all processes; unlogged, and forgotten after minutes.';
comment on column request_counts.subject is 'First half of the SHA-256 of who is counted: a key, a token''s subject, a site or an address.';
comment on column request_counts.minute is 'Minutes since 1970, by the clock of the database.';
comment on column request_counts.requests is 'Those that were let in.';
