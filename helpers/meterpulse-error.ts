/** The closed list of what can go wrong by no fault of the input. `remedy` is what the operator should do next. */
export const ERROR_CODES = {
  CONFIG_INVALID: {
    canRetry: false,
    remedy: 'Correct the named variables; docs/configuration.md lists them all.',
  },
  DATABASE_REQUIRED: {
    canRetry: false,
    remedy:
      'Set DATABASE_URL, or start `npm start` first: roles started alone attach to it in the same DATA_DIR.',
  },
  DATABASE_UNAVAILABLE: { canRetry: true, remedy: 'Check that PostgreSQL is up and DATABASE_URL names it.' },
  DATABASE_NOT_MIGRATED: { canRetry: false, remedy: 'Run `npm run migrate` first.' },
  DATABASE_NEWER: {
    canRetry: false,
    remedy:
      'A newer version has migrated the database, and this one can not work beside it: deploy a version that knows the named migration, or restore the backup of before the upgrade.',
  },
  DATABASE_ROLES_FORBIDDEN: {
    canRetry: false,
    remedy:
      'Run `meterpulse migrate` as the owner of the tables, with CREATEROLE for `--roles`; or have an administrator make the roles, and run it without.',
  },
  DATABASE_LOGINS_INVALID: {
    canRetry: false,
    remedy:
      'Put a file for each of worker, api, live and gateway into the directory of `--logins`, each with a password of printable ASCII in one line.',
  },
  MIGRATION_CHANGED: {
    canRetry: false,
    remedy: 'An applied migration never changes: restore its file, and put the change into a new one.',
  },
  DATABASE_RESTORED: {
    canRetry: false,
    remedy:
      'The process ends so that its supervisor starts it anew: what was lost is read again from the log. See docs/disaster-recovery.md.',
  },
  MIGRATION_NEEDS_STOP: {
    canRetry: false,
    remedy:
      'Deploy the version in between and let its rollout end, or stop every role and run `meterpulse migrate --stopped`: see docs/upgrade.md.',
  },
  MIGRATION_BLOCKED: {
    canRetry: true,
    remedy: 'Wait for the named transactions to end, or end them, and migrate again.',
  },
  READ_TIMED_OUT: {
    canRetry: false,
    remedy: 'Ask for a shorter time range or a smaller page, or raise API_STATEMENT_TIMEOUT_MS.',
  },
  IDENTITY_UNAVAILABLE: {
    canRetry: true,
    remedy: 'Check that the keys of the issuer of tokens can be had: the cause says what failed.',
  },
  DATA_KEY_MISSING: {
    canRetry: false,
    remedy:
      'Add the named keys to DATA_KEYS (or its file) of every role and command; only `meterpulse credentials rotate-keys` makes a key needless. See docs/privacy.md.',
  },
  DATA_KEY_WRONG: {
    canRetry: false,
    remedy:
      'Give the named key its right bytes in DATA_KEYS, or another name if it is meant to be a new one. See docs/privacy.md.',
  },
  DATA_UNREADABLE: {
    canRetry: false,
    remedy:
      'Restore the row from a backup, or empty the named column of it: somebody has written to the database past meterpulse. See docs/privacy.md.',
  },
  LOG_UNAVAILABLE: {
    canRetry: true,
    remedy: 'Check that the message log is up: KAFKA_BROKERS, or PostgreSQL.',
  },
  LOG_TOPIC_MISSING: {
    canRetry: false,
    remedy: 'Run `npm run migrate` with the same KAFKA_BROKERS and KAFKA_TOPIC.',
  },
  LOG_MESSAGE_TOO_LARGE: {
    canRetry: false,
    remedy: 'Lower GATEWAY_MAX_FRAME_BYTES, or raise max.message.bytes of the topic.',
  },
  LOG_OFFSET_OUT_OF_RANGE: {
    canRetry: false,
    remedy:
      'Records between the stored position and the log were deleted, or the topic was made anew. Decide: restore the log, or run `meterpulse topic reset`.',
  },
  LOG_CLUSTER_CHANGED: {
    canRetry: false,
    remedy:
      'KAFKA_BROKERS names another cluster than the stored positions belong to. Correct it, or run `meterpulse topic reset`.',
  },
  LOG_TOPIC_REPLACED: {
    canRetry: false,
    remedy:
      'The topic was deleted and made anew: what the old one held beyond the stored positions is gone. Restore it, or stop the workers and run `meterpulse topic reset --yes`.',
  },
  LOG_CONSUMER_FAILED: { canRetry: true, remedy: 'The process ends so that its supervisor starts it anew.' },
  OWNERSHIP_LOST: {
    canRetry: true,
    remedy: 'Another worker owns the partition now; this one reads its position again.',
  },
  CRASH_LOOP: {
    canRetry: false,
    remedy: 'Look at the error above: the process crashes at once each time it is started.',
  },
  PORT_IN_USE: { canRetry: false, remedy: 'Choose another port, or stop what listens there.' },
  EMBEDDED_POSTGRES_FAILED: {
    canRetry: false,
    remedy: 'Set DATABASE_URL to a PostgreSQL of yours, or see the cause.',
  },
  ALREADY_RUNNING: { canRetry: false, remedy: 'Stop the other process, or set another DATA_DIR.' },
  WORKBOOK_UNREADABLE: {
    canRetry: false,
    remedy: 'Give a .xlsx or .csv file with the columns charge_point_id and payload.',
  },
  CREDENTIALS_UNREADABLE: {
    canRetry: false,
    remedy:
      'Give the file that `meterpulse credentials` made: one key, or an id, a tab and a password a line.',
  },
  CONNECTION_REFUSED: { canRetry: false, remedy: 'Check --url and that the gateway is up.' },
  RESUME_STATE_UNUSABLE: {
    canRetry: false,
    remedy: 'Give the workbook that the state file was made for, or delete the state file to start anew.',
  },
  LEDGER_UNWRITABLE: {
    canRetry: false,
    remedy: 'Give --ledger a file that can be written, in a directory that exists.',
  },
  OUTBOX_UNUSABLE: {
    canRetry: false,
    remedy:
      'Give --outbox a directory of its own that can be written, with the options of the run that began in it; delete it to give up what it holds.',
  },
  SIMULATION_INCOMPLETE: {
    canRetry: false,
    remedy: 'Look at what its processes said above; with --outbox the same command goes on.',
  },
  REPLAY_STALLED: {
    canRetry: true,
    remedy: 'Look why the gateway takes nothing; a replay with --resume goes on where it stopped.',
  },
  STOP_TIMED_OUT: {
    canRetry: false,
    remedy: 'What was not stored in time is read again from the log at the next start.',
  },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** An outage or a mistake in the set-up: thrown, never returned. Bad input is a value with a reason instead. */
export class MeterpulseError extends Error {
  override readonly name = 'MeterpulseError';
  readonly code: ErrorCode;
  readonly canRetry: boolean;
  readonly remedy: string;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.canRetry = ERROR_CODES[code].canRetry;
    this.remedy = options.remedy ?? ERROR_CODES[code].remedy;
  }
}
