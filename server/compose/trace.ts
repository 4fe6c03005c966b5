import { MeterpulseError } from '../../helpers/meterpulse-error.js';
import { checkSchema } from '../../store/check-schema.js';
import { checkDataKeys } from '../../store/encryption/check-data-keys.js';
import { createPool, type Pool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { trace } from '../trace/trace.js';
import type { TraceQuestion, TraceReport } from '../trace/trace-report.js';
import { judgeRecord } from '../worker/judge-record.js';
import { dataKeys } from './data-keys.js';
import { createLogReader } from './log-reader.js';
import { readingLimits } from './reading-limits.js';
import { createRoleContext } from './role-context.js';
import { locateServices } from './services.js';

/**
 * The `trace` command. Rejects with DATABASE_REQUIRED, DATABASE_NOT_MIGRATED or DATABASE_NEWER, and with DATABASE_UNAVAILABLE
 * when the log can't be reached either.
 */
export async function runTrace(
  question: TraceQuestion,
  signal: AbortSignal,
  onProgress: (records: number, done: number) => void,
): Promise<TraceReport> {
  const context = createRoleContext('trace');
  const { config } = context;
  const { databaseUrl, kafkaBrokers } = await locateServices(config);
  const pool = createPool({
    url: databaseUrl,
    max: 4,
    applicationName: 'meterpulse-trace',
    ...dataKeys(config),
  });
  const log = await createLogReader(context, kafkaBrokers, pool);
  const limits = readingLimits(config);
  try {
    await checkSchemaIfThere(pool);
    return await trace(question, {
      database: new ReadDatabase(pool, { statementTimeoutMs: config.API_STATEMENT_TIMEOUT_MS }),
      log,
      logKind: kafkaBrokers === null ? 'inbox' : 'kafka',
      topic: config.KAFKA_TOPIC,
      judge: ({ partition, offset, value }) =>
        judgeRecord(partition, { offset, value, key: question.chargePointId }, limits),
      maxAheadMs: limits.maxAheadMs,
      ...{ onProgress, signal, now: Date.now },
    });
  } finally {
    await log.close();
    await pool.end();
  }
}

/** A database that is away is no reason to stop: the log may tell something. */
async function checkSchemaIfThere(pool: Pool): Promise<void> {
  try {
    await checkSchema(pool);
    await checkDataKeys(pool, { encrypts: false });
  } catch (error) {
    if (!(error instanceof MeterpulseError) || error.code !== 'DATABASE_UNAVAILABLE') throw error;
  }
}
