/** How somebody showed who they are. */
export type AuditActorKind = 'key' | 'token' | 'charge point' | 'operator' | 'nobody';

/** The part of the program that writes. */
export type AuditSource = 'api' | 'live' | 'gateway' | 'worker' | 'command' | 'migrate';

export const AUDIT_OUTCOMES = ['done', 'begun', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did something, and from where. */
export interface AuditOrigin {
  /** null: not known. */
  readonly actor: string | null;
  readonly actorKind: AuditActorKind;
  /** Of the peer, or the host on which a command runs. */
  readonly address: string | null;
  readonly source: AuditSource;
  /** As the answer names it; null: it was no request of the API. */
  readonly requestId: string | null;
}

/** What was done. The closed list; docs/audit.md has it. */
export const AUDIT_ACTIONS = {
  'charge-point.create': 'A charge point was added to the registry.',
  'charge-point.change': 'A charge point was changed, or brought back.',
  'charge-point.retire': 'A charge point was retired.',
  'charge-point.import': 'A file of charge points was imported.',
  'command.send':
    'A charge point was called. What it was told stands in `commands`, under the id in `detail`.',
  'quarantine.redrive': 'Quarantined parts were sent again.',
  'edit.make': 'An operator decided about readings. Why stands in `edits`, under the id in `detail`.',
  'edit.undo': 'An edit was undone.',
  export: 'Rows were taken out as CSV or NDJSON.',
  request: 'A request of the API, of whatever kind, was refused or failed.',
  'ticket.issue': 'A ticket for a WebSocket was given out.',
  'connect.live': 'Somebody was refused by the live feed.',
  subscribe: 'A message to the live feed was refused.',
  'connect.gateway': 'Somebody was refused by a gateway; `tls: ...`: their certificate was not taken.',
  ingest:
    'Messages of a program to a gateway were refused: of charge points that are not its own, wrongly signed, or too many.',
  'key.create': 'An access key was made.',
  'key.revoke': 'An access key was revoked.',
  'password.set': 'A charge point got a password.',
  'password.remove': 'The passwords of a charge point were removed.',
  'data-keys.rotate': 'Values were encrypted under another key.',
  'person.erase': 'An id tag was taken out of what is stored. Which one is not told.',
  'database.restored':
    'A new history of the database was begun, by `meterpulse restored`, or by a worker that noticed a loss.',
  'aggregates.rebuild': 'Aggregates were computed anew from the readings.',
  'accounting.write-off': 'Readings that are missing were written off, for a reason.',
  'storage.compact': 'Old days of readings were moved into their columnar form.',
  'storage.retain': 'Readings or aggregates that are older than they are kept were dropped.',
  'log.replay': 'The log is read again from its beginning.',
  'log.reset': 'The positions on the log were forgotten.',
  'schema.migrate': 'Migrations were applied.',
  'audit.drop': 'Old months of the audit were dropped.',
  'audit.lost': 'Entries that could not be written while the database was away, by number.',
} as const satisfies Record<string, string>;
export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** What was done, and what came of it. */
export interface AuditEvent {
  readonly action: AuditAction;
  readonly outcome: AuditOutcome;
  /** What it was done to. */
  readonly subject: string | null;
  /** Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditEntry extends AuditOrigin, AuditEvent {
  /** Several that were counted together. Default 1. */
  readonly count?: number;
  /** How long ago it was, or the first of them, ms: the time is told by the clock of the database. Default 0. */
  readonly agoMs?: number;
  /** The last of them. */
  readonly untilAgoMs?: number;
}
