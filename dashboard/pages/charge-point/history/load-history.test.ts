import { describe, expect, it } from 'vitest';
import type { LiveReading } from '../../../../protocol/live/change.js';
import { meanAt } from '../../../charts/points.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../charts/time-range.js';
import type { Aggregate } from '../answers.js';
import { loadHistory } from './load-history.js';
import type { PagesRead, Query } from './read-pages.js';

const NOW = Date.parse('2026-03-10T12:20:00Z');
const series = { evseId: 0, connectorId: 1, phase: '', location: 'Outlet', unit: 'W' };
const iso = (ms: number) => new Date(ms).toISOString();

function reading(time: number, value: number): LiveReading {
  const of = { chargePointId: 'CP-1', measurand: 'Power.Active.Import', context: 'Sample.Periodic' };
  return { ...series, ...of, timestamp: iso(time), value, transactionId: null, quality: [] };
}

/** A meter that reads 100 W every minute, and an API that answers about it. */
class MinuteMeter {
  readonly asked: { readonly path: string; readonly query: Query }[] = [];
  constructor(private readonly tooMany = false) {}

  readonly read = <Item>(path: string, query: Query): Promise<PagesRead<Item>> => {
    this.asked.push({ path, query });
    const [from, to] = [Date.parse(String(query['from'])), Date.parse(String(query['to'] ?? iso(NOW)))];
    if (path === 'v1/readings' && this.tooMany) return Promise.resolve({ items: [], isWhole: false });
    const items = path === 'v1/readings' ? this.#readings(from, to) : this.#aggregates(query, from, to);
    return Promise.resolve({ items: items as Item[], isWhole: true });
  };

  #readings(from: number, to: number): LiveReading[] {
    const count = Math.max(0, Math.floor((Math.min(to, NOW) - from) / MINUTE_MS));
    return Array.from({ length: count }, (_, at) => reading(from + at * MINUTE_MS, 100));
  }

  #aggregates(query: Query, from: number, to: number): Aggregate[] {
    const length = { '15m': 15 * MINUTE_MS, '1h': HOUR_MS, '1d': DAY_MS }[String(query['interval'])] ?? NaN;
    const count = Math.ceil((Math.min(to, NOW) - from) / length);
    return Array.from({ length: count }, (_, at) => {
      const start = from + at * length;
      const samples = Math.round((Math.min(start + length, to, NOW) - start) / MINUTE_MS);
      return { ...series, start: iso(start), count: samples, sum: samples * 100, min: 100, max: 100 };
    });
  }
}

const load = (meter: MinuteMeter, ms: number, to = NOW) => {
  const range = { from: to - ms, to };
  const question = {
    chargePointId: 'CP-1',
    measurand: 'Power.Active.Import',
    range,
    now: NOW,
    timezone: 'UTC',
  };
  return loadHistory(question, range, 950, meter.read, new AbortController().signal);
};

describe('loading a history', () => {
  it('reads single readings for an hour, and goes on with live ones without repeating any', async () => {
    const { history } = await load(new MinuteMeter(), HOUR_MS);
    expect(history.resolution).toBe('raw');
    expect(history.addReading(reading(NOW - MINUTE_MS, 100))).toBe(true);
    expect(history.addReading(reading(NOW, 120))).toBe(true);
    const [line] = history.lines();
    expect(line?.points.times).toHaveLength(61);
    expect(line?.points.times.at(-1)).toBe(NOW);
  });

  it.each([
    [2, '15m'],
    [25, '1h'],
    [300, '1d'],
  ])(
    'counts each sample of %d days once, in aggregates of %s and in the readings after them',
    async (days, resolution) => {
      const { history } = await load(new MinuteMeter(), days * DAY_MS);
      expect(history.resolution).toBe(resolution);
      const [line] = history.lines();
      const samples = line?.points.counts.reduce((sum, count) => sum + count, 0);
      expect(samples).toBe((NOW - history.range.from) / MINUTE_MS);
      expect(line?.points.times.map((_, at) => meanAt(line.points, at))).toEqual(
        line?.points.times.map(() => 100),
      );
    },
  );

  it('folds what comes live into the interval that is under way', async () => {
    const { history } = await load(new MinuteMeter(), 25 * DAY_MS);
    const before = history.lines()[0]?.points;
    history.addReading(reading(NOW, 400));
    history.addReading(reading(NOW, 400));
    const after = history.lines()[0]?.points;
    expect(after?.times).toEqual(before?.times);
    expect(after?.counts.at(-1)).toBe((before?.counts.at(-1) ?? 0) + 1);
    expect(after?.maxs.at(-1)).toBe(400);
  });

  it('asks for aggregates where readings are too many, and says so', async () => {
    const { history, tooMany } = await load(new MinuteMeter(true), HOUR_MS);
    expect(tooMany).toBe(true);
    expect(history.resolution).toBe('15m');
    expect(history.lines()[0]?.points.times.length).toBeGreaterThan(0);
    expect(history.addReading(reading(NOW, 100))).toBe(false);
  });

  it('leaves what comes live to the present when the past is looked at', async () => {
    const { history } = await load(new MinuteMeter(), HOUR_MS, NOW - DAY_MS);
    expect(history.isOpen).toBe(false);
    expect(history.addReading(reading(NOW, 100))).toBe(false);
  });

  it('lets go of a reading that is deleted, and keeps to its measurand', async () => {
    const { history } = await load(new MinuteMeter(), HOUR_MS);
    expect(history.removeReading(reading(NOW - MINUTE_MS, 100))).toBe(true);
    expect(history.lines()[0]?.points.times).toHaveLength(59);
    expect(history.addReading({ ...reading(NOW, 1), measurand: 'Voltage' })).toBe(false);
  });
});
