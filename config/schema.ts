/**
 * Every environment variable meterpulse reads: its shape, default and meaning. `docs/configuration.md` is generated from
 * this list, and a test keeps it true.
 */
import { z } from 'zod';
import { accessVariables } from './access-variables.js';
import { databaseVariables } from './database-variables.js';
import { encryptionVariables } from './encryption-variables.js';
import { gatewayVariables } from './gateway-variables.js';
import { kafkaVariables } from './kafka-variables.js';
import { limitVariables } from './limit-variables.js';
import { liveVariables } from './live-variables.js';
import { storageVariables } from './storage-variables.js';
import { tlsVariables } from './tls-variables.js';
import { veeVariables } from './vee-variables.js';
import { websocketUrl } from './websocket-url.js';
import { wholeNumber } from './whole-number.js';

const port = () => wholeNumber(0, 65_535);
const DAY_MS = 86_400_000;

export const environmentSchema = z.object({
  ...databaseVariables,
  ...kafkaVariables,
  INBOX_PARTITIONS: wholeNumber(1, 256)
    .default(4)
    .describe('Partitions of the PostgreSQL inbox when `migrate` creates it.'),
  INBOX_RETENTION_HOURS: wholeNumber(1, 87_600)
    .default(168)
    .describe('How long the inbox keeps records that are stored: the span that can be replayed.'),

  DATA_DIR: z
    .string()
    .min(1, { error: 'a directory' })
    .default('.meterpulse')
    .describe('Files of the embedded PostgreSQL.'),
  HOST: z
    .string()
    .min(1, { error: 'an address or host name' })
    .default('127.0.0.1')
    .describe('Address that every listener binds to.'),
  GATEWAY_PORT: port().default(3000).describe('WebSocket gateway. 0: any free port, printed.'),
  API_PORT: port().default(3001).describe('REST API. 0: any free port, printed.'),
  ADMIN_PORT: port()
    .optional()
    .describe(
      'Health and metrics. Default 9464 (`gateway`, `all`), 9465 (`worker`), 9466 (`api`), 9467 (`live`). 0: any free port, printed.',
    ),

  ...accessVariables,
  ...tlsVariables,
  ...encryptionVariables,

  ...gatewayVariables,
  UNKNOWN_CHARGE_POINTS: z
    .enum(['register', 'hold', 'refuse'], { error: 'register, hold or refuse' })
    .optional()
    .describe(
      'What to do with a charge point that is not in the registry: store its readings and add it (`register`), keep them in quarantine until it is approved (`hold`), or refuse it at the door (`refuse`). Default: `register` when HOST is a loopback address, else `refuse`.',
    ),

  BATCH_MAX_ROWS: wholeNumber(1, 200_000)
    .default(10_000)
    .describe('Readings in the buffer that cause a flush to PostgreSQL.'),
  BATCH_MAX_WAIT_MS: wholeNumber(0, 60_000)
    .default(500)
    .describe('Age of the oldest buffered reading that causes a flush.'),
  BATCH_FLUSH_WHEN_IDLE: z
    .enum(['true', 'false'], { error: 'true or false' })
    .default('true')
    .describe(
      'Flush at once what arrives while no flush is under way, so that a quiet system is quick: batches grow with the load by themselves. `false` waits for BATCH_MAX_ROWS or BATCH_MAX_WAIT_MS: fewer, larger transactions, later rows.',
    ),
  BATCH_FLUSHES_MAX: wholeNumber(1, 16)
    .default(2)
    .describe(
      'Flushes of a worker under way at once at most, of different partitions of the log: the second begins only with a full batch. Each has a connection, one less than DATABASE_POOL_MAX at most.',
    ),
  BATCH_BUFFER_ROWS: wholeNumber(1, 2_000_000)
    .default(40_000)
    .describe('Readings a worker holds at most; above it the log is no longer read.'),
  WORKER_STALL_MS: wholeNumber(1_000, 3_600_000)
    .default(60_000)
    .describe(
      'A partition with lag that delivers nothing for this long makes the worker leave and rejoin its group.',
    ),
  STOP_TIMEOUT_MS: wholeNumber(1_000, 600_000)
    .default(25_000)
    .describe('After SIGTERM a role ends at the latest after this long (beyond GATEWAY_DRAIN_MS).'),

  ACCOUNTING_INTERVAL_MS: wholeNumber(1_000, 86_400_000)
    .default(300_000)
    .describe(
      'How often workers hold the readings of today and yesterday against what was stored, and those of days in which rows were deleted.',
    ),
  ACCOUNTING_FULL_HOURS: wholeNumber(1, 8_760)
    .default(24)
    .describe('How often they do so for every day there is.'),
  AUDIT_RETENTION_MONTHS: wholeNumber(0, 1_200)
    .default(0)
    .describe(
      '`migrate` drops months of the audit that ended so many whole months ago. 0: none is ever dropped.',
    ),
  COMMAND_RETENTION_DAYS: wholeNumber(1, 3_650)
    .default(90)
    .describe(
      'How long commands to charge points are kept, and the last connection of ids that never sent a reading.',
    ),

  FEED_RETENTION_HOURS: wholeNumber(1, 8_760)
    .default(24)
    .describe(
      'How long the change feed keeps what was committed: a subscriber that was away for longer begins anew, with a snapshot.',
    ),
  FEED_MAX_MB: wholeNumber(64, 1_048_576)
    .default(1_024)
    .describe(
      'Size of the change feed on disk: the oldest eighth goes when it is more, however young it is.',
    ),

  READING_MAX_AHEAD_MS: wholeNumber(0, 3_650 * DAY_MS)
    .default(DAY_MS)
    .describe('A reading further ahead of its arrival is quarantined.'),
  READING_MIN_TIME: z.iso
    .datetime({ error: 'an ISO 8601 time such as 2010-01-01T00:00:00Z' })
    .default('2010-01-01T00:00:00Z')
    .describe('An older reading is quarantined.'),
  PARTITIONS_AHEAD_DAYS: wholeNumber(1, 365).default(7).describe('Day partitions made ahead of today.'),
  PARTITIONS_MAX: wholeNumber(10, 20_000)
    .default(1_500)
    .describe(
      'Day partitions in all; a reading that needs one more is quarantined. Planning a query slows with their number.',
    ),
  ...storageVariables,

  ROLLUPS: z
    .enum(['true', 'false'], { error: 'true or false' })
    .default('true')
    .describe(
      'Whether this worker computes aggregates, beside storing readings. Some worker has to: any number may, and they share the work.',
    ),
  ROLLUP_INTERVAL_MS: wholeNumber(10, 60_000)
    .default(1_000)
    .describe(
      'How long a worker rests, at least, before it computes the aggregates of what was stored meanwhile. Longer: older answers, less work.',
    ),

  ...veeVariables,

  API_STATEMENT_TIMEOUT_MS: wholeNumber(100, 600_000)
    .default(10_000)
    .describe('A query of the API is cancelled after this long.'),
  API_EXPORT_TIMEOUT_MS: wholeNumber(1_000, 86_400_000)
    .default(600_000)
    .describe(
      'A CSV or NDJSON answer is broken off after this long: as long it keeps a snapshot, behind which PostgreSQL cannot clean up.',
    ),

  API_CACHE_MB: wholeNumber(0, 65_536)
    .default(64)
    .describe(
      'MiB of answers about energy and aggregates that an API process keeps; each is given again only while nothing in it has changed. 0: none.',
    ),

  DASHBOARD_LIVE_URL: websocketUrl()
    .optional()
    .describe(
      'Where browsers find the live feed, such as `wss://live.example.com/live`. Unset: at `/live` of the host that the dashboard came from.',
    ),
  DASHBOARD_INGEST_URL: websocketUrl()
    .optional()
    .describe(
      'Where the dashboard sends test readings, such as `wss://gateway.example.com/ingest`. Unset: `start` and `demo` tell it their own gateway; with other roles it asks for an address, which has to be at the page’s own host and port (a proxy before both).',
    ),

  ...liveVariables,

  ...limitVariables,

  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'fatal, error, warn, info, debug, trace or silent',
    })
    .default('info')
    .describe('Least severe level that is logged.'),
  LOG_FORMAT: z
    .enum(['json', 'pretty'], { error: 'json or pretty' })
    .optional()
    .describe('Default: `pretty` in a terminal, else `json`.'),
});

export type Environment = z.output<typeof environmentSchema>;
