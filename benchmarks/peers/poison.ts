import { migrate } from '../../store/migrate.js';
import { Child } from '../child.js';
import { execute } from '../execute.js';
import type { Breakdown } from '../figure.js';
import type { PaceResult } from '../pace.js';
import type { LogMessage } from '../../server/broker/message-log.js';
import type { Services } from '../services.js';
import type { DrainRequest } from '../subjects/worker.js';
import type { Topics } from '../topics.js';
import { toRecord, type BenchMessage } from '../workload.js';
import { DEBEZIUM_BEST, PeerDrains, type Drained, type Stopped } from './drain-peers.js';
import { connectRecord, flatRecord, POISON_ID, readingRows, type ReadingRow } from './reading-records.js';

/** Good records before and after the poison, all on one partition. */
const AROUND = 500;
const ONE_KEY = 'poison';
const NOT_JSON = '{"v":1,"kind":';

type Kind = 'not JSON' | 'violates the schema';
const KINDS: readonly Kind[] = ['not JSON', 'violates the schema'];

interface Outcome {
  readonly sink: string;
  readonly kind: Kind;
  readonly does: string;
  /** Readings of the good records, and how many of them are stored. */
  readonly good: number;
  readonly stored: number;
  readonly kept: boolean;
}

/** What each sink does with a record that it can't store, in the middle of others. Not a measurement: they run side by side. */
export async function poisonTable(
  services: Services,
  topics: Topics,
  messages: readonly BenchMessage[],
): Promise<Breakdown> {
  const rows = [...new Map(readingRows(messages).map((row) => [row.id, row])).values()].slice(0, 2 * AROUND);
  const outcomes = await Promise.all(
    KINDS.flatMap((kind, index) => [
      meterpulse(services, topics, kind, `poison_meterpulse_${index}`, messages.slice(0, 2 * AROUND)),
      ...peers(services, topics, kind, index, rows),
    ]),
  );
  const sinks = [...new Set(outcomes.map(({ sink }) => sink))];
  return {
    title: `A poison record in the middle of ${2 * AROUND} on one partition`,
    headings: ['sink', ...KINDS, 'the record itself'],
    lines: sinks.map((sink) => {
      const own = outcomes.filter((outcome) => outcome.sink === sink);
      return [
        sink,
        ...KINDS.map((kind) => own.find((outcome) => outcome.kind === kind)).map((outcome) =>
          outcome === undefined ? '' : `${outcome.does}; ${outcome.stored} of ${outcome.good} others stored`,
        ),
        own.every(({ kept }) => kept) ? 'kept, in quarantine' : 'not kept',
      ];
    }),
  };
}

function peers(
  services: Services,
  topics: Topics,
  kind: Kind,
  index: number,
  rows: readonly ReadingRow[],
): Promise<Outcome>[] {
  const drains = new PeerDrains(services);
  const bad = { ...rows[0], id: POISON_ID, value: 'not a number' } as unknown as ReadingRow;
  const around = (toRecordOf: (row: ReadingRow) => LogMessage): LogMessage[] =>
    onOneKey(rows.map(toRecordOf), kind === 'not JSON' ? NOT_JSON : toRecordOf(bad).value);
  const last = [rows.at(-1)?.id ?? ''];
  const run = async (
    sink: string,
    short: string,
    records: readonly LogMessage[],
    drain: (name: string, topic: string) => Promise<Drained | Stopped>,
  ): Promise<Outcome> => {
    const topic = await topics.create(`bench-poison-${short}-${index}`);
    await topics.fillRecords(topic, records);
    const result = await drain(`poison_${short}_${index}`, topic);
    const { poison } = result;
    const passed = poison === null ? 'drops it' : `stores it as ${poison}`;
    return {
      sink,
      kind,
      does: 'why' in result ? 'stops' : passed,
      good: rows.length,
      stored: result.allRows - (poison === null ? 0 : 1),
      kept: false,
    };
  };
  const kafkajs = (mode: 'insert' | 'unnest') => (name: string, topic: string) =>
    drains.kafkajs(name, topic, { mode, warmUp: 1, total: rows.length + 1 });
  const debezium = (settings: Readonly<Record<string, string>>) => (name: string, topic: string) =>
    drains.debezium(
      name,
      topic,
      { warmUp: 1, last },
      { ...DEBEZIUM_BEST, settings: { ...DEBEZIUM_BEST.settings, ...settings } },
    );
  return [
    run('kafkajs, one INSERT a reading', 'insert', around(flatRecord), kafkajs('insert')),
    run('kafkajs, unnest a batch', 'unnest', around(flatRecord), kafkajs('unnest')),
    run('Debezium JDBC sink', 'debezium', around(connectRecord), debezium({})),
    run(
      'Debezium, errors.tolerance=all',
      'tolerant',
      around(connectRecord),
      debezium({ 'errors.tolerance': 'all' }),
    ),
  ];
}

async function meterpulse(
  services: Services,
  topics: Topics,
  kind: Kind,
  name: string,
  messages: readonly BenchMessage[],
): Promise<Outcome> {
  const topic = await topics.create(`bench-${name.replaceAll('_', '-')}`);
  const records = messages.map((message, index) => toRecord(message, `m${index}`));
  await topics.fillRecords(topic, onOneKey(records, poisonOf(kind)));
  const databaseUrl = await services.createDatabase(name);
  await migrate(databaseUrl);
  try {
    await using worker = Child.start('benchmarks/subjects/worker', {
      DATABASE_URL: databaseUrl,
      KAFKA_BROKERS: services.brokers.join(),
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: name,
      // So that the pace sees a step before the last.
      BATCH_MAX_ROWS: '500',
    });
    const request: DrainRequest = { stage: 'store', warmUp: 1, total: records.length + 1 };
    await worker.call<PaceResult>('drain', request);
    const [counted] = await execute(
      databaseUrl,
      'select (select count(*) from readings) as stored, (select count(*) from quarantine) as kept',
    );
    return {
      sink: 'meterpulse',
      kind,
      does: 'goes on',
      good: new Set(readingRows(messages).map(({ id }) => id)).size,
      stored: Number(counted?.['stored']),
      kept: Number(counted?.['kept']) > 0,
    };
  } finally {
    await services.dropDatabase(name);
  }
}

/** A record of meterpulse's log that no reading can be made of. */
export function poisonOf(kind: Kind): string {
  if (kind === 'not JSON') return NOT_JSON;
  return toRecord(
    { chargePointId: ONE_KEY, payload: { connectorId: 1, meterValue: 'none' }, receivedAt: Date.now() },
    'poison',
  ).value;
}

function onOneKey(records: readonly LogMessage[], poison: string): LogMessage[] {
  const values = records.map(({ value }) => value);
  const middle = Math.floor(values.length / 2);
  return [...values.slice(0, middle), poison, ...values.slice(middle)].map((value) => ({
    key: ONE_KEY,
    value,
  }));
}
