import { readFile } from 'node:fs/promises';
import pino from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as XLSX from 'xlsx';
import { encodeEnvelope } from '../../protocol/envelope.js';
import { RollupLoop } from '../../server/rollups/rollup-loop.js';
import { judgeRecord } from '../../server/worker/judge-record.js';
import { readBacklog } from '../../store/rollups/marks.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import type { SampleRow } from '../../Files/sample-rows.js';
import { startApi, type RunningApi } from '../harness/api.js';
import { compareWithReference } from '../reference/compare-with-reference.js';
import {
  energyReference,
  grouped,
  isRegister,
  seriesText,
  type BucketRow,
} from '../reference/energy-reference.js';
import type { Aggregates, Facts } from '../reference/model.js';
import { readAggregates } from '../reference/read-aggregates.js';
import { readFacts } from '../reference/read-facts.js';
import { Feeder, openStore, type Store } from './store-harness.js';

const WORKBOOK = 'Files/meter-values-sample.xlsx';
const HEARD_AT = Date.parse('2026-03-10T10:00:00Z');
const LIMITS = { maxAheadMs: 86_400_000, minTimestampMs: Date.UTC(2010, 0) };
const ROWS_A_FLUSH = 700;

let store: Store;
let facts: Facts;
let aggregates: Aggregates;

/** The sample, stored while a loop computes beside it. */
beforeAll(async () => {
  store = await openStore();
  const loop = new RollupLoop({
    ...{ pool: store.pool, intervalMs: 1, registry: new Registry(), logger: pino({ level: 'silent' }) },
  });
  const stop = new AbortController();
  const running = loop.run(stop.signal);
  const feeder = await Feeder.claim(store.sink());
  const messages = await sample();
  for (let from = 0; from < messages.length; from += ROWS_A_FLUSH) {
    await feeder.store(messages.slice(from, from + ROWS_A_FLUSH));
  }
  await vi.waitFor(async () => expect((await readBacklog(store.pool)).marks).toBe(0), { timeout: 60_000 });
  stop.abort();
  await running;
  facts = await readFacts(store.pool);
  aggregates = await readAggregates(store.pool);
});
afterAll(() => store.close());

async function sample(): Promise<SinkMessage[]> {
  const book = XLSX.read(await readFile(WORKBOOK), { type: 'buffer' });
  const sheet = book.Sheets[book.SheetNames[0] ?? ''];
  if (sheet === undefined) throw new Error('no sheet');
  return XLSX.utils
    .sheet_to_json<SampleRow>(sheet)
    .map(({ charge_point_id: chargePointId, payload }, offset) => {
      const envelope = encodeEnvelope({
        ...{ v: 1, chargePointId, protocol: 'ocpp1.6', messageId: `m${offset}`, receivedAt: HEARD_AT },
        ...{ kind: 'meterValues', payload: JSON.parse(payload) as unknown },
      });
      return judgeRecord(0, { offset, key: chargePointId, value: Buffer.from(envelope) }, LIMITS);
    });
}

it('the aggregates of the sample are those of the reference', () => {
  expect(facts.readings).toHaveLength(21_959);
  expect(compareWithReference(aggregates, energyReference(facts))).toEqual([]);
});

it('its intervals add up to the whole, to the Wh', () => {
  const whole = wholes(facts);
  expect(whole.size).toBeGreaterThan(80);
  for (const rows of [aggregates.buckets15m, aggregates.buckets1h, aggregates.buckets1d]) {
    const sums = energies(rows);
    for (const [series, wh] of whole) expect(sums.get(series), series).toBeCloseTo(wh, 6);
  }
});

describe('/v1/energy on the sample', () => {
  const DAY = { from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z' };
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi({ databaseUrl: store.url });
  });
  afterAll(() => api.stop());

  /** All pages, added up by what the items are of. */
  async function asked(query: Record<string, string>, keyOf: (item: EnergyItem) => string) {
    const sums = new Map<string, EnergyItem>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const parameters = new URLSearchParams({ ...DAY, ...query, limit: '150' });
      if (cursor !== '') parameters.set('cursor', cursor);
      const { status, body } = await api.get(`/v1/energy?${parameters.toString()}`);
      expect(status).toBe(200);
      for (const item of body['items'] as EnergyItem[]) {
        const known = sums.get(keyOf(item));
        sums.set(keyOf(item), known === undefined ? item : added(known, item));
      }
      cursor = body['nextCursor'] as string | null;
    }
    return sums;
  }

  /** What the reference says of series that count, added up in plain loops. */
  function expected(keyOf: (series: string) => string, least: number): Map<string, EnergyItem> {
    const sums = new Map<string, EnergyItem>();
    for (const { series, countsAs, ...row } of energyReference(facts).buckets1d) {
      if (countsAs < least || !series.includes('Energy.Active.Import')) continue;
      const { measuredWh, estimatedWh, suspectWh } = row;
      const item = {
        ...{ measuredWh: measuredWh ?? 0, estimatedWh: estimatedWh ?? 0, suspectWh: suspectWh ?? 0 },
        energyWh: (measuredWh ?? 0) + (estimatedWh ?? 0),
      };
      const known = sums.get(keyOf(series));
      sums.set(keyOf(series), known === undefined ? item : added(known, item));
    }
    return sums;
  }

  /** Figures of an answer have three digits: those of many intervals add up to nearly the same. */
  function expectTheSame(found: Map<string, EnergyItem>, wanted: Map<string, EnergyItem>): void {
    expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [key, item] of wanted) {
      for (const figure of FIGURES)
        expect(found.get(key)?.[figure], `${figure} of ${key}`).toBeCloseTo(item[figure], 1);
    }
  }

  const chargePointOf = (series: string): string => series.split(' | ')[0] ?? '';
  const placeOf = (series: string): string => series.split(' | ').slice(0, 3).join(' | ');
  const intervals: Record<string, string>[] = [
    {},
    { interval: '15m' },
    { interval: '1h' },
    { interval: '1d' },
    { interval: '1d', timezone: 'Europe/Berlin' },
    { interval: '1mo', timezone: 'Asia/Kolkata' },
  ];

  it.each(intervals)(
    'is the reference to the Wh for each charge point, and adds up to the whole, by %j',
    async (interval) => {
      const wanted = expected(chargePointOf, 2);
      expect(wanted.size).toBe(53);
      const found = await asked(
        { ...interval, groupBy: 'chargePoint' },
        ({ chargePointId }) => chargePointId ?? '',
      );
      expectTheSame(found, wanted);
      const whole = [...wanted.values()].reduce(added);
      expectTheSame(await asked({ ...interval, groupBy: 'none' }, () => 'all'), new Map([['all', whole]]));
      // The demo shows it too.
      expect(Math.round(whole.energyWh)).toBe(4_973_142);
    },
  );

  it.each(intervals)('is the reference to the Wh for each connector, by %j', async (interval) => {
    const found = await asked(
      { ...interval, groupBy: 'connector' },
      ({ chargePointId, evseId, connectorId }) => [chargePointId, evseId, connectorId].join(' | '),
    );
    expectTheSame(found, expected(placeOf, 1));
  });
});

interface EnergyItem extends Figures {
  readonly chargePointId?: string;
  readonly evseId?: number;
  readonly connectorId?: number;
}

const FIGURES = ['energyWh', 'measuredWh', 'estimatedWh', 'suspectWh'] as const;
type Figures = Record<(typeof FIGURES)[number], number>;

function added(a: EnergyItem, b: EnergyItem): EnergyItem {
  const sum = { ...a };
  for (const figure of FIGURES) sum[figure] = a[figure] + b[figure];
  return sum;
}

/** Of registers: what they went up by from sample to sample, where nothing was left out. */
function wholes({ readings }: Facts): Map<string, number> {
  const suspect = new Set(
    aggregates.buckets1d.filter(({ suspectWh }) => suspectWh !== 0).map(({ series }) => series),
  );
  const registers = grouped(
    readings.filter(({ series }) => isRegister(series)),
    ({ series }) => seriesText(series),
  );
  const found = new Map<string, number>();
  for (const [series, all] of registers) {
    if (suspect.has(series)) continue;
    const values = [...all].sort((a, b) => a.timestampMs - b.timestampMs).map(({ value }) => value);
    const steps = values.map((value, index) => Math.max(0, value - (values[index - 1] ?? value)));
    found.set(
      series,
      steps.reduce((sum, step) => sum + step, 0),
    );
  }
  return found;
}

function energies(rows: readonly BucketRow[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { series, measuredWh, estimatedWh } of rows) {
    sums.set(series, (sums.get(series) ?? 0) + (measuredWh ?? 0) + (estimatedWh ?? 0));
  }
  return sums;
}
