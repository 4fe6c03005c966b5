import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '../../helpers/seeded-random.js';
import {
  COMPLETENESS_PLAN,
  readCompleteness,
  readSeriesCompleteness,
  type SeriesCompleteness,
} from '../../store/read/completeness.js';
import { ReadDatabase } from '../../store/read/read-database.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { runRollups } from '../harness/run-rollups.js';
import { Feeder, message, openStore, reading, type Store } from './store-harness.js';
import { start, stop } from './session-harness.js';

const MINUTE = 60_000;
const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 0, 12);
const DAYS = 3;
const NOW = FIRST + DAYS * DAY_MS - 7 * MINUTE;
const LATE_MS = 15 * MINUTE;
const CHARGE_POINTS = 6;
const POWER = { measurand: 'Power.Active.Import', unit: 'W' };

/** A message without its place on the log. */
type Told = (offset: number) => SinkMessage;

/**
 * Charge points of all kinds: sessions with readings each minute or each five of which some are missing, for a while or here and
 * there, and some late; readings aligned to the clock; meters without sessions.
 */
function fleet(random: () => number): Told[] {
  const told: Told[] = [];
  const delay = (): number =>
    random() < 0.1 ? LATE_MS + Math.floor(random() * 3) - 1 : Math.floor(random() * MINUTE);
  for (let number = 0; number < CHARGE_POINTS; number++) {
    const chargePointId = `CP-${number}`;
    const send = (timestampMs: number, context: string, transactionId: string | null): void => {
      const receivedAt = timestampMs + delay();
      const values = [
        reading({ chargePointId, timestampMs, context, transactionId, value: timestampMs / MINUTE }),
        reading({ chargePointId, timestampMs, context, transactionId, value: 7, ...POWER }),
      ];
      told.push((offset) => message(offset, values, { receivedAt }));
    };
    if (number % 3 === 0) {
      for (let ms = FIRST; ms < NOW; ms += 15 * MINUTE) if (random() > 0.1) send(ms, 'Sample.Clock', null);
    }
    if (number % 3 === 2) {
      for (let ms = FIRST + 5 * MINUTE; ms < NOW; ms += 30 * MINUTE)
        if (random() > 0.2) send(ms, 'Sample.Periodic', null);
      continue;
    }
    const cadence = (number % 2 === 0 ? 1 : 5) * MINUTE;
    let id = 1;
    for (let ms = FIRST + number * MINUTE; ms < NOW;) {
      const endMs = ms + Math.floor(random() * 10 * 3_600_000);
      const transactionId = `${number}-${id++}`;
      const session = start({ transactionId, connectorId: 1, startedAtMs: ms, meterStartWh: 1 });
      told.push((offset) => message(offset, [], { chargePointId, session }));
      send(ms, 'Transaction.Begin', transactionId);
      const gapAt = ms + random() * (endMs - ms);
      for (let at = ms + cadence; at < Math.min(endMs, NOW); at += cadence) {
        const isGap = at > gapAt && at < gapAt + 40 * MINUTE;
        if (!isGap && random() > 0.05) send(at, 'Sample.Periodic', transactionId);
      }
      if (endMs < NOW) {
        send(endMs, 'Transaction.End', transactionId);
        told.push((offset) =>
          message(offset, [], {
            chargePointId,
            session: stop({ transactionId, endedAtMs: endMs, meterStopWh: 2 }),
          }),
        );
      }
      ms = endMs + Math.floor(random() * 8 * 3_600_000);
    }
  }
  return told;
}

interface Raw {
  readonly series: number;
  readonly ms: number;
  readonly context: string;
  readonly received: number;
}
interface Session {
  readonly cp: string;
  readonly from: number;
  readonly to: number | null;
}

const BOUNDARY = new Set(['Transaction.Begin', 'Transaction.End']);
const lowerMedian = (all: readonly number[]): number | null =>
  all.length === 0 ? null : ([...all].sort((a, b) => a - b)[Math.ceil(all.length / 2) - 1] ?? null);

/** What is stored, counted reading by reading. */
class BruteForce {
  constructor(
    private readonly readings: readonly Raw[],
    private readonly sessions: readonly Session[],
  ) {}

  of(series: number, cp: string, fromMs: number, toMs: number) {
    const all = this.readings.filter((each) => each.series === series).sort((a, b) => a.ms - b.ms);
    const inRange = all.filter(({ ms }) => ms >= fromMs && ms < toMs);
    const regular = inRange.filter(({ context }) => !BOUNDARY.has(context));
    const present = regular.length;
    const late = inRange.filter(({ ms, received }) => received - ms > LATE_MS).length;
    const daysBack = Array.from({ length: DAYS }, (_, day) => FIRST + (DAYS - 1 - day) * DAY_MS);
    const known = daysBack.filter((day) => day < toMs).map((day) => this.cadenceOfDay(all, cp, day));
    const cadence = known.find((each) => each !== null) ?? null;
    const first = all.find(({ ms }) => ms < fromMs) === undefined ? inRange[0]?.ms : fromMs;
    const endMs = Math.min(toMs, NOW);
    const always =
      all.some(({ context, ms }) => context === 'Sample.Clock' && ms < toMs) ||
      !this.sessions.some((each) => each.cp === cp);
    if (cadence === null || first === undefined) return { present, late, expected: present, cadence, always };
    const expected = always
      ? Math.floor((endMs - first) / cadence)
      : this.within(cp, fromMs, endMs).reduce(
          (sum, [from, to]) => sum + Math.max(0, Math.floor((to - from) / cadence - 0.5)),
          0,
        );
    return { present, late, expected: Math.max(present, expected), cadence, always };
  }

  private within(cp: string, fromMs: number, toMs: number): (readonly [number, number])[] {
    return this.sessions
      .filter((each) => each.cp === cp)
      .map(({ from, to }) => [Math.max(from, fromMs), Math.min(to ?? NOW, toMs)] as const)
      .filter(([from, to]) => to > from);
  }

  private sessionAt(cp: string, ms: number): number | undefined {
    return this.sessions.find((each) => each.cp === cp && each.from <= ms && (each.to ?? Infinity) >= ms)
      ?.from;
  }

  private cadenceOfDay(all: readonly Raw[], cp: string, day: number): number | null {
    const hours = Array.from({ length: 24 }, (_, hour) => {
      const begin = day + hour * 60 * MINUTE;
      const quarters = Array.from({ length: 4 }, (_q, quarter) => {
        const from = begin + quarter * 15 * MINUTE;
        const samples = all.filter(({ ms }) => ms >= from && ms < from + 15 * MINUTE);
        const regular = samples.filter(({ context }) => !BOUNDARY.has(context));
        const spans = regular.slice(1).flatMap(({ ms }, at) => {
          const before = regular[at]?.ms ?? NaN;
          return this.sessionAt(cp, before) === this.sessionAt(cp, ms) ? [ms - before] : [];
        });
        return { cadence: lowerMedian(spans), first: samples[0]?.ms, last: samples.at(-1)?.ms };
      });
      return this.coarser(quarters);
    });
    return this.coarser(hours).cadence;
  }

  private coarser(
    finer: readonly {
      readonly cadence: number | null;
      readonly first: number | undefined;
      readonly last: number | undefined;
    }[],
  ) {
    const known = finer.flatMap(({ cadence }) => cadence ?? []);
    const sampled = finer.filter(({ first }) => first !== undefined);
    const between = sampled.slice(1).map(({ first }, at) => (first ?? NaN) - (sampled[at]?.last ?? NaN));
    return {
      cadence: known.length > 0 ? lowerMedian(known) : lowerMedian(between),
      first: sampled[0]?.first,
      last: sampled.at(-1)?.last,
    };
  }
}

describe.each([1, 2])('completeness, of messages in an order shuffled by %i', (seed) => {
  let store: Store;
  let brute: BruteForce;
  let series: { id: number; cp: string }[];
  beforeAll(async () => {
    store = await openStore();
    const messages = shuffled(fleet(seededRandom(7)), seededRandom(seed)).map((told, offset) => told(offset));
    const feeder = await Feeder.claim(store.sink());
    const third = Math.ceil(messages.length / 3);
    for (let at = 0; at < messages.length; at += third) {
      await feeder.store(messages.slice(at, at + third));
      await runRollups(store.pool);
    }
    const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
    const raw = await store.pool.query<Raw>(
      `select r.series_id as series, ${ms('r.ts')} as ms, c.name as context, ${ms('r.received_at')} as received
       from readings r join contexts c on c.id = r.context`,
    );
    const sessions = await store.pool.query<Session>(
      `select charge_point_id as cp, ${ms('started_at')} as from, ${ms('ended_at')} as to from transactions`,
    );
    brute = new BruteForce(distinct(raw.rows), sessions.rows);
    series = (await store.pool.query('select id, charge_point_id as cp from series order by id'))
      .rows as typeof series;
  });
  afterAll(() => store.close());

  const ask = <Result>(work: Parameters<ReadDatabase['read']>[0]): Promise<Result> =>
    new ReadDatabase(store.pool, { statementTimeoutMs: 60_000 }).read(async (run) => {
      await run(COMPLETENESS_PLAN);
      return work(run);
    }) as Promise<Result>;

  const question = (fromMs: number, toMs: number) => ({
    ...{ chargePointIds: undefined, site: undefined, sites: null, after: undefined },
    ...{ range: { fromMs, toMs }, nowMs: NOW, limit: 1_000 },
  });

  it.each([
    ['a day', FIRST + DAY_MS, FIRST + 2 * DAY_MS],
    ['the day that is not over', FIRST + 2 * DAY_MS, FIRST + 3 * DAY_MS],
    ['all days', FIRST, FIRST + 3 * DAY_MS],
  ])('of %s is what readings and sessions say, counted one by one', async (_, fromMs, toMs) => {
    const found = await ask<SeriesCompleteness[]>((run) =>
      readSeriesCompleteness(run, question(fromMs, toMs)),
    );
    expect(found).toHaveLength(series.length);
    for (const { id, cp } of series) {
      const expected = brute.of(id, cp, fromMs, toMs);
      const row = found.find(({ seriesId }) => seriesId === id);
      expect(
        row && {
          present: row.present,
          late: row.late,
          expected: row.expected,
          cadence: row.cadenceMs,
          always: row.always,
        },
        `series ${id} of ${cp}`,
      ).toEqual(expected);
      expect((row?.present ?? 0) + (row?.missing ?? 0)).toBe(row?.expected);
    }
    expect(found.some(({ missing }) => missing > 0)).toBe(true);
    expect(found.some(({ late }) => late > 0)).toBe(true);

    const whole = await ask<{ chargePointId: string; expected: number; present: number; late: number }[]>(
      (run) => readCompleteness(run, question(fromMs, toMs)),
    );
    for (const { chargePointId, expected, present, late } of whole) {
      const all = series
        .filter(({ cp }) => cp === chargePointId)
        .map(({ id, cp }) => brute.of(id, cp, fromMs, toMs));
      const sum = (name: 'expected' | 'present' | 'late') =>
        all.reduce((total, each) => total + each[name], 0);
      expect({ expected, present, late }).toEqual({
        expected: sum('expected'),
        present: sum('present'),
        late: sum('late'),
      });
    }
  });
});

/** One an instant: of several contexts the periodic one, then that of the clock, is the sample. */
function distinct(readings: readonly Raw[]): Raw[] {
  const rank = ['Sample.Periodic', 'Sample.Clock', 'Transaction.Begin', 'Transaction.End'];
  const best = new Map<string, Raw>();
  for (const each of readings) {
    const key = `${each.series}/${each.ms}`;
    const known = best.get(key);
    if (known === undefined || rank.indexOf(each.context) < rank.indexOf(known.context)) best.set(key, each);
  }
  return [...best.values()];
}
