/** What runs as a user of its own. `auditor` is a person who looks through the audit. */
export const DATABASE_ROLES = ['worker', 'api', 'live', 'gateway', 'auditor'] as const;
export type DatabaseRole = (typeof DATABASE_ROLES)[number];

/** Words of GRANT. */
type Privilege = 'select' | 'insert' | 'update' | 'delete' | 'truncate';
type Rights = Readonly<Partial<Record<DatabaseRole, readonly Privilege[]>>>;

const READ = ['select'] as const;
const ADD = ['select', 'insert'] as const;
const WRITE = ['select', 'insert', 'update'] as const;
const ALL = ['select', 'insert', 'update', 'delete'] as const;
/** What the worker alone writes, and API and live feed tell. */
const STORED: Rights = { worker: ALL, api: READ, live: READ };
/** Of the log in PostgreSQL: gateways and the API put messages onto it, workers take them. */
const PUBLISHED = { gateway: ['select', 'update'], api: ['select', 'update'] } as const;
const SEGMENT: Rights = { worker: ['select', 'truncate'], api: READ, live: READ };

/** What each role may do with each table; a table that is not named here fails a test. */
export const TABLE_RIGHTS: Readonly<Record<string, Rights>> = {
  readings: STORED,
  compacted_readings: STORED,
  compacted_days: { worker: ALL, api: READ, live: READ },
  retention_horizons: { worker: ['select', 'update'], api: READ, live: READ },
  series: STORED,
  contexts: STORED,
  latest_readings: STORED,
  reading_conflicts: STORED,
  signed_values: STORED,
  transactions: STORED,
  transaction_slices: STORED,
  waiting_readings: STORED,
  quarantine: STORED,
  register_evidence: STORED,
  register_semantics: STORED,
  rollup_15m: STORED,
  rollup_1h: STORED,
  rollup_1d: STORED,
  // Whoever edits marks what is to be computed again.
  rollup_marks: { ...STORED, api: ADD },
  // A change of the registry raises a version.
  rollup_versions: { ...STORED, api: ['select', 'update'] },
  // An edit of the API deals with a finding.
  findings: { ...STORED, api: ['select', 'update'] },
  estimates: STORED,
  edits: { worker: READ, api: WRITE, live: READ },
  consumer_positions: STORED,
  logs: STORED,
  account_entries: STORED,
  account_checks: STORED,
  charge_point_days: STORED,

  cadences: { worker: READ, api: ALL, live: READ },
  charge_points: { worker: WRITE, api: WRITE, live: READ, gateway: READ },
  feed: { worker: [...ADD, 'truncate'], api: ADD, live: READ },
  feed_0: SEGMENT,
  feed_1: SEGMENT,
  feed_2: SEGMENT,
  feed_3: SEGMENT,
  feed_4: SEGMENT,
  feed_5: SEGMENT,
  feed_6: SEGMENT,
  feed_7: SEGMENT,
  feed_segments: { worker: ['select', 'update'], api: READ, live: READ },

  connections: { gateway: ALL, worker: ['select', 'update', 'delete'], api: READ, live: READ },
  gateway_processes: { gateway: ALL, worker: READ, api: READ, live: READ },
  commands: { api: ADD, gateway: ['select', 'update'], worker: ['select', 'update', 'delete'], live: READ },
  process_figures: { gateway: ALL, worker: ALL, api: READ, live: READ },

  inbox: { gateway: ADD, api: ADD, worker: ['select', 'delete'] },
  inbox_partitions: { ...PUBLISHED, worker: ['select', 'update'] },
  inbox_identity: { gateway: READ, api: READ, worker: READ },
  inbox_leases: { worker: ['select', 'update'] },
  inbox_members: { worker: ALL },

  access_keys: { api: READ, live: READ, gateway: READ },
  charge_point_passwords: { gateway: READ },
  charge_point_password_changes: { gateway: READ },
  signing_sessions: { gateway: ALL },
  request_counts: { api: ALL, live: ALL, gateway: ALL },
  data_keys: { worker: ADD, api: ADD, live: READ, gateway: READ },
  tickets: { api: ALL, live: ['select', 'delete'], gateway: ['select', 'delete'] },

  // A worker tells of a history that it begins.
  audit: { worker: ['insert'], api: ['insert'], live: ['insert'], gateway: ['insert'], auditor: READ },
  // A worker that notices a loss begins a new history.
  database_history: { worker: ['select', 'update'], api: READ, live: READ, gateway: READ, auditor: READ },
  schema_migrations: { worker: READ, api: READ, live: READ, gateway: READ, auditor: READ },
};

export const SEQUENCE_RIGHTS: Readonly<Record<string, readonly DatabaseRole[]>> = {
  reading_batches: ['worker'],
  audit_id: ['worker', 'api', 'live', 'gateway'],
};

/** Functions that are run with the rights of who made them. */
export const FUNCTION_RIGHTS: Readonly<Record<string, readonly DatabaseRole[]>> = {
  'make_reading_day(date)': ['worker'],
  'begin_compaction()': ['worker'],
  'empty_reading_day(date)': ['worker'],
  'drop_reading_day(date)': ['worker'],
  'make_audit_month(date)': ['worker'],
  'hold_charge_points(text[])': ['gateway'],
};
