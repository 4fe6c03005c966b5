import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import pino from 'pino';
import { Registry } from 'prom-client';
import { encodeEnvelope, type Envelope } from '../../protocol/envelope.js';
import { createKafkaClient } from '../../server/broker/kafka/client.js';
import { KafkaLogReader } from '../../server/broker/kafka/kafka-log-reader.js';
import type { KafkaMessageLog } from '../../server/broker/kafka/kafka-message-log.js';
import type { LogReader } from '../../server/broker/log-reader.js';
import { trace } from '../../server/trace/trace.js';
import type { TraceQuestion } from '../../server/trace/trace-report.js';
import { verdictOf } from '../../server/trace/verdict.js';
import { judgeRecord } from '../../server/worker/judge-record.js';
import { Worker } from '../../server/worker/worker.js';
import { PgReadingSink } from '../../store/pg-reading-sink.js';
import { createPool, type Pool } from '../../store/pool.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import { eventually } from '../harness/eventually.js';
import { kafkaBrokers } from '../harness/kafka.js';
import { KafkaTopic } from '../harness/kafka-topic.js';
import { meterpulse } from '../harness/meterpulse.js';
import { createTestDatabase, type TestDatabase } from '../harness/postgres.js';

const brokers = kafkaBrokers();
const logger = pino({ level: 'silent' });
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.UTC(2010, 0) };
const MINUTE = 60_000;
/** Readings are of the recent past, as those of real charge points are. */
const T = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;
const at = (minutes: number): string => new Date(T + minutes * MINUTE).toISOString();

let messages = 0;
const meterValues = (chargePointId: string, minutes: number, value: string): Envelope => ({
  ...{ v: 1, kind: 'meterValues', chargePointId, protocol: 'json', receivedAt: Date.now() },
  messageId: `m${++messages}`,
  payload: { connectorId: 1, meterValue: [{ timestamp: at(minutes), sampledValue: [{ value }] }] },
});

describe.skipIf(brokers === undefined)(`a trace ${inject('kafkaMissing') ?? ''}`, () => {
  let database: TestDatabase;
  let pool: Pool;
  let topic: KafkaTopic;
  let log: KafkaMessageLog;
  let reader: KafkaLogReader;
  const on = brokers ?? [];

  beforeAll(async () => {
    database = await createTestDatabase({ migrated: true });
    pool = createPool({ url: database.url, max: 8, applicationName: 'trace-test' });
    topic = await KafkaTopic.create(on, { partitions: 2 });
    log = topic.open();
    const kafka = createKafkaClient({
      ...{ brokers: on, clientId: 'trace-test', requestTimeoutMs: 10_000, logger },
    });
    reader = new KafkaLogReader({ kafka, topic: topic.name, groupId: 'workers' });
  });
  afterAll(async () => {
    await reader.close();
    await log.close();
    await topic.drop();
    await pool.end();
    await database.drop();
  });

  const publish = (...envelopes: Envelope[]): Promise<void> =>
    log.publish(envelopes.map((each) => ({ key: each.chargePointId, value: encodeEnvelope(each) })));

  /** Runs a worker until everything that is on the log is stored. */
  async function store(): Promise<void> {
    const stop = new AbortController();
    const consumed = topic.open();
    const registry = new Registry();
    const worker = new Worker({
      ...{ log: consumed, maxRows: 1_000, maxWaitMs: 20, bufferRows: 10_000, stopTimeoutMs: 5_000 },
      sink: new PgReadingSink({
        ...{ pool, topic: topic.name, unknownChargePoints: 'register', partitionsMax: 100, logger, registry },
      }),
      ...{ limits: LIMITS, logger, registry },
    });
    const running = worker.run(stop.signal);
    const ends = await reader.ranges();
    await eventually(async () => {
      const { rows } = await pool.query<{ partition: number; next_offset: number | null }>(
        'select partition, next_offset from consumer_positions where topic = $1',
        [topic.name],
      );
      for (const [partition, { high }] of ends) {
        if (high === 0) continue;
        expect(rows.find((row) => row.partition === partition)?.next_offset).toBe(high);
      }
    });
    stop.abort();
    await running;
    await consumed.close();
  }

  async function ask(
    chargePointId: string,
    minutes: number,
    {
      url = database.url,
      log: asked = reader,
      ...rest
    }: Partial<TraceQuestion> & {
      url?: string;
      log?: LogReader;
    } = {},
  ) {
    const fromMs = T + minutes * MINUTE;
    const question: TraceQuestion = {
      ...{ chargePointId, span: { fromMs, toMs: fromMs + 1_000 }, messageId: null, arrivals: null },
      ...{ maxMessages: 100_000, allPartitions: false, ...rest },
    };
    const ours = createPool({ url, max: 2, applicationName: 'trace-test', connectTimeoutMs: 2_000 });
    try {
      const report = await trace(question, {
        database: new ReadDatabase(ours, { statementTimeoutMs: 10_000 }),
        ...{ log: asked, logKind: 'kafka', topic: topic.name, maxAheadMs: LIMITS.maxAheadMs },
        judge: ({ partition, offset, value }) =>
          judgeRecord(partition, { offset, value, key: chargePointId }, LIMITS),
        ...{ onProgress: () => undefined, signal: new AbortController().signal, now: Date.now },
      });
      const verdict = verdictOf(report, (time) => new Date(time).toISOString());
      const fates = report.log?.messages.map(({ readings }) => readings.map(({ fate }) => fate)) ?? [];
      return { report, verdict, fates };
    } finally {
      await ours.end();
    }
  }

  it('tells of a stored reading where it came from, which aggregates are to have it, and its place on the feed', async () => {
    const sent = meterValues('Stored', 0, '1250');
    await publish(sent, meterValues('Stored', 1, '1251'));
    await store();
    const { report, verdict, fates } = await ask('Stored', 0);
    expect(verdict).toMatchObject({
      exitCode: 0,
      isFound: true,
      tally: { stored: 1, duplicate: 0, onLog: 0 },
    });
    expect(fates).toEqual([['stored']]);
    expect(report.log?.messages).toMatchObject([
      { protocol: 'json', messageId: sent.messageId, receivedAtMs: sent.receivedAt, isStored: true },
    ]);
    expect(report.database?.standing).toMatchObject([
      { value: 1250, measurand: 'Energy.Active.Import.Register' },
    ]);
    expect(report.database?.standing[0]?.receivedAt.getTime()).toBe(sent.receivedAt);
    // No worker computes here: the reading is marked, and no aggregate claims to have it.
    expect(report.database?.aggregates.map(({ level, isMarked, count }) => [level, isMarked, count])).toEqual(
      [
        ['15m', true, null],
        ['1h', true, null],
        ['1d', true, null],
      ],
    );
    const { rows } = await pool.query<{ position: number }>('select position from feed order by position');
    expect(rows.map(({ position }) => position)).toContain(report.database?.feed[0]?.position);
    expect(report.database?.feed).toMatchObject([{ isReplacement: false }]);
  });

  it('tells a duplicate from the message that brought the reading', async () => {
    const first = meterValues('Twice', 0, '7');
    // The same once more in the same millisecond, and later.
    await publish(first, { ...first, messageId: 'again' });
    await store();
    await publish({ ...meterValues('Twice', 0, '7'), receivedAt: Date.now() + 5 });
    await store();
    const { verdict, fates } = await ask('Twice', 0);
    expect(fates).toEqual([['stored'], ['duplicate'], ['duplicate']]);
    expect(verdict).toMatchObject({ exitCode: 0, tally: { stored: 1, duplicate: 2 } });
  });

  it('tells of a value that lost against another one of its key', async () => {
    await publish(meterValues('Split', 0, '7'));
    await publish(meterValues('Split', 0, '9'));
    await store();
    const { report, verdict, fates } = await ask('Split', 0);
    expect(fates).toEqual([['conflicting'], ['stored']]);
    expect(report.database?.losing).toMatchObject([{ value: 7 }]);
    expect(verdict).toMatchObject({ exitCode: 2, tally: { stored: 1, conflicting: 1 } });
  });

  it('tells of a part that is in quarantine why, and where it is', async () => {
    await publish(meterValues('Broken', 0, 'no number'));
    await store();
    const { report, verdict } = await ask('Broken', 0);
    expect(report.log?.messages).toMatchObject([{ rejects: [{ reason: 'invalid_value' }], isStored: true }]);
    const [message] = report.log?.messages ?? [];
    expect(report.database?.quarantined).toMatchObject([
      { reason: 'invalid_value', status: 'open', partition: message?.partition, offset: message?.offset },
    ]);
    expect(verdict).toMatchObject({ exitCode: 2, tally: { rejected: 1, stored: 0 } });
    expect(verdict.reasons.join()).toContain('quarantine');
  });

  it('tells of what is still on the log', async () => {
    await publish(meterValues('Waiting', 0, '7'));
    const { report, verdict, fates } = await ask('Waiting', 0);
    expect(fates).toEqual([['on_log']]);
    expect(report.log?.messages[0]?.isStored).toBe(false);
    expect(verdict).toMatchObject({ exitCode: 2, tally: { onLog: 1, stored: 0 } });
    expect(verdict.reasons.join()).toContain('No worker has stored it yet');
    await store();
    expect((await ask('Waiting', 0)).verdict.exitCode).toBe(0);
  });

  it('says of what never arrived where it looked, and what its neighbours in time are', async () => {
    await publish(meterValues('Shifted', 0, '7'));
    await store();
    const { report, verdict } = await ask('Shifted', -60);
    expect(verdict).toMatchObject({ exitCode: 3, isFound: false });
    expect(report.log?.lookedAt.length).toBe(1);
    expect(verdict.reasons.join('\n')).toContain(
      `nearest to that time are at ${at(0)}. Is the time zone right`,
    );
    expect(verdict.reasons.join('\n')).toContain('The sender never heard "accepted"');
  });

  it('names ids that are nearly the one that the registry does not have', async () => {
    await publish(meterValues('Depot-7', 0, '7'));
    await store();
    const { verdict } = await ask('depot 7', 0);
    expect(verdict.exitCode).toBe(3);
    expect(verdict.reasons.join('\n')).toContain('It has "Depot-7"');
    const hostile = await ask(`%' or 1=1; drop table readings; --`, 0);
    expect(hostile.verdict.exitCode).toBe(3);
  });

  it('finds a message by its id, with all of its readings', async () => {
    const sent = meterValues('Named', 0, '7');
    await publish(meterValues('Named', 5, '8'), sent);
    await store();
    const { report, verdict, fates } = await ask('Named', -20, {
      messageId: sent.messageId,
      arrivals: { fromMs: T, toMs: Infinity },
    });
    expect(fates).toEqual([['stored']]);
    expect(report.database?.standing).toMatchObject([{ value: 7 }]);
    expect(verdict.exitCode).toBe(0);
  });

  it('says that a reading is missing when the table has lost what was stored', async () => {
    await publish(meterValues('Lost', 0, '7'));
    await store();
    await pool.query(
      `delete from readings where series_id in (select id from series where charge_point_id = 'Lost')`,
    );
    const { verdict, fates } = await ask('Lost', 0);
    expect(fates).toEqual([['missing']]);
    expect(verdict).toMatchObject({ exitCode: 2, tally: { missing: 1 } });
    expect(verdict.reasons.join()).toContain('topic replay');
  });

  it('tells what the database knows while Kafka is away, and the other way round', async () => {
    await publish(meterValues('Halved', 0, '7'));
    await store();
    const kafka = createKafkaClient({
      ...{ brokers: ['127.0.0.1:1'], clientId: 'trace-test', requestTimeoutMs: 1_000, logger },
    });
    const away = new KafkaLogReader({ kafka, topic: topic.name, groupId: 'workers' });
    const withoutLog = await ask('Halved', 0, { log: away });
    expect(withoutLog.report.unreachable.log).toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(withoutLog.verdict).toMatchObject({ exitCode: 0, tally: { stored: 1 } });
    // Nothing was found, and not everything was asked: that is no answer.
    expect((await ask('Halved', 10, { log: away })).verdict.exitCode).toBe(1);
    await away.close();

    const withoutDatabase = await ask('Halved', 0, { url: 'postgres://u:p@127.0.0.1:1/none' });
    expect(withoutDatabase.report.unreachable.database).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(withoutDatabase.report.log?.messages).toMatchObject([{ readings: [{ fate: null }] }]);
    expect(withoutDatabase.verdict).toMatchObject({ exitCode: 1, isFound: true, tally: { unknown: 1 } });
  });

  it('stops reading the log where it was told to, and says so', async () => {
    for (let minute = 0; minute < 4; minute++) await publish(meterValues('Bounded', minute, '7'));
    const { report } = await ask('Bounded', 3, { maxMessages: 1, arrivals: { fromMs: T, toMs: Infinity } });
    expect(report.log?.lookedAt).toMatchObject([{ isCutOff: true }]);
    expect(report.log?.messagesRead).toBe(1);
    await store();
    // Of what is stored it is known when it came: there the log is read all the same.
    const { fates } = await ask('Bounded', 3, { maxMessages: 1, arrivals: { fromMs: T, toMs: Infinity } });
    expect(fates).toEqual([['stored']]);
  });

  it('is told by the command, as text and as one JSON line, with its exit code', async () => {
    await publish(meterValues('Asked', 0, '1250'));
    await store();
    const environment = { DATABASE_URL: database.url, KAFKA_BROKERS: on.join(), KAFKA_TOPIC: topic.name };
    const time = at(0).replace('.000Z', 'Z');
    const text = await meterpulse(['trace', '--charge-point', 'Asked', '--at', time], environment);
    expect(text.stdout).toContain('1 stored');
    expect(text.stdout).toMatch(/Kafka topic .* partition \d: read from \d+ to \d+/);
    expect(text.stdout).toContain('on the feed at');
    expect(text.code).toBe(0);
    const line = await meterpulse(['trace', '--charge-point', 'Nobody', '--at', time, '--json'], environment);
    expect(line.code).toBe(3);
    expect(JSON.parse(line.stdout)).toMatchObject({ chargePointId: 'Nobody', found: false, stored: [] });
  });
});
