-- compatible-from: 0010
-- Tickets for WebSockets: shown once, within seconds, to a process that need not be the one that gave them out. After a
-- crash they are gone, and their holders ask for others: no write-ahead log is written for them.

create unlogged table tickets (
  hash bytea primary key check (length(hash) = 32),
  principal jsonb not null,
  expires_at timestamptz not null
);
create index tickets_expires_at on tickets (expires_at);

comment on table tickets is 'Tickets that were given out and not shown yet. Whoever shows one takes its row away.';
comment on column tickets.hash is 'SHA-256 of the ticket, which is 256 random bits.';
comment on column tickets.principal is 'Who asked for it, and what they may do.';
comment on column tickets.expires_at is 'From then on it is refused; the row goes when other tickets are given out.';
