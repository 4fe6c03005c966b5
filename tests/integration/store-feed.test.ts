import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesOfRow } from '../../store/feed/changes-of-row.js';
import type { LiveReading } from '../../protocol/live/change.js';
import type { ReadingColumns, ReadingsPayload } from '../../store/feed/feed-row.js';
import { readFeed } from '../../store/feed/read-feed.js';
import { SeriesDictionary } from '../../store/feed/series-dictionary.js';
import type { Query } from '../../store/read/read-database.js';
import { createPool } from '../../store/pool.js';
import type { Reading } from '../../protocol/reading.js';
import { startMessage, stopMessage } from './session-harness.js';
import { severCommit } from './sever-commit.js';
import { count, Feeder, message, openStore, quarantinedParts, reading, reject, T0 } from './store-harness.js';
import type { Store } from './store-harness.js';

let store: Store;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store.close());

const query: Query = async <Row>(text: string, values: readonly unknown[] = []) =>
  (await store.pool.query(text, [...values])).rows as Row[];

async function feedRows() {
  const read = await readFeed(query, 0, 10_000);
  if (read.kind !== 'rows') throw new Error(`the feed says ${read.kind}`);
  return read.rows;
}

/** The changes of readings as text, by transaction of the database. */
async function told(): Promise<string[][]> {
  const rows = (await feedRows()).filter(({ kind }) => kind === 'readings');
  const dictionary = new SeriesDictionary();
  await dictionary.load(query, rows);
  const shown = ({ measurand, context, value, transactionId }: LiveReading) =>
    `${measurand} ${context} ${value} ${transactionId}`;
  return rows.map((row) =>
    changesOfRow(row, dictionary).map((change) => {
      if (change.kind !== 'reading') throw new Error('a charge point among readings');
      return change.type === 'UPDATE'
        ? `${shown(change.oldData)} -> ${shown(change.newData)}`
        : `${change.type} ${shown(change.data)}`;
    }),
  );
}

const soc = (overrides: Partial<Reading> = {}) =>
  reading({ measurand: 'SoC', unit: 'Percent', ...overrides });

describe('a flush is one row of the feed', () => {
  it('that tells what was inserted, once', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [soc({ value: 1 }), soc({ value: 2, context: 'Trigger' })])]);
    await feeder.store([message(1, [soc({ value: 1 }), soc({ value: 3, timestampMs: T0 + 1 })])]);
    expect(await told()).toEqual([
      ['INSERT SoC Sample.Periodic 1 null', 'INSERT SoC Trigger 2 null'],
      ['INSERT SoC Sample.Periodic 3 null'],
    ]);
  });

  it('and none where nothing changed: repeats, and what is only quarantined', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [soc()])]);
    await feeder.store([message(1, [soc()]), message(2, [], { rejects: [reject()] })]);
    await feeder.store([]);
    expect(await told()).toHaveLength(1);
  });

  it('that tells what stands now, and what stood before, where another value of a key came', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [soc({ value: 5, transactionId: '7' })])]);
    await feeder.store([message(1, [soc({ value: 9 }), soc({ value: 8 })])]);
    // Less than what stands: a conflict, and no change.
    await feeder.store([message(2, [soc({ value: 4 })])]);
    // The same value, of a greater session.
    await feeder.store([message(3, [soc({ value: 9, transactionId: '8' })])]);
    expect(await told()).toEqual([
      ['INSERT SoC Sample.Periodic 5 7'],
      ['SoC Sample.Periodic 5 7 -> SoC Sample.Periodic 9 null'],
      ['SoC Sample.Periodic 9 null -> SoC Sample.Periodic 9 8'],
    ]);
  });

  it('that tells of several values of a new key the one that stands', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [soc({ value: 5 }), soc({ value: 9 }), soc({ value: 0 })])]);
    expect(await told()).toEqual([['INSERT SoC Sample.Periodic 9 null']]);
  });

  it('also for readings that had waited for their connector', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([stopMessage(0)]);
    expect(await told()).toEqual([]);
    await feeder.store([startMessage(1)]);
    const [row, ...none] = await told();
    expect(none).toEqual([]);
    expect(row).toHaveLength(await count(store.pool, 'readings'));
    expect(row).toContainEqual(expect.stringContaining('MeterStop 2500 7'));
  });

  it('also for readings of a part that was sent again from quarantine', async () => {
    const feeder = await Feeder.claim(store.sink());
    await feeder.store([message(0, [], { rejects: [reject()] })]);
    const [part] = await quarantinedParts(store.pool);
    await feeder.store([message(1, [soc()], { redriveOf: part?.id ?? 0 })]);
    expect(await told()).toEqual([['INSERT SoC Sample.Periodic 1 null']]);
  });

  it('with names of any characters', async () => {
    const names = [`'; commit; --`, '\\', `\\'`, '"', '\u2028', '🔌', `$1 E'`];
    const feeder = await Feeder.claim(store.sink());
    await feeder.store(
      names.map((transactionId, at) => message(at, [soc({ transactionId, timestampMs: T0 + at })])),
    );
    const payloads = (await feedRows()).flatMap((row) => (row.kind === 'readings' ? row.payload : []));
    expect(payloads.map(({ inserted }) => inserted.transaction)).toEqual([names]);
  });
});

describe('positions', () => {
  it('have no hole where a flush was rolled back, and no second row where only the answer was lost', async () => {
    for (const when of ['before', 'after'] as const) {
      const proxy = await severCommit(store.url, when);
      const pool = createPool({ url: proxy.url, max: 2, applicationName: 'severed' });
      try {
        const feeder = await Feeder.claim(store.sink({ pool }));
        await feeder.store([message(feeder.position, [soc({ timestampMs: T0 + feeder.position })])]);
        proxy.severNext();
        await feeder.store([message(feeder.position, [soc({ timestampMs: T0 + feeder.position })])]);
        expect(proxy.severed).toBe(1);
      } finally {
        await pool.end();
        await proxy.close();
      }
    }
    expect(await told()).toHaveLength(4);
    const rows = await feedRows();
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, at) => at + 1));
  });

  it('are in the order of commits: what four writers tell, applied in order, is what the table holds', async () => {
    const rounds = 40;
    const write = async (partition: number): Promise<void> => {
      const feeder = await Feeder.claim(store.sink(), partition);
      for (let round = 0; round < rounds; round++) {
        // Few keys and few values: all four meet at each of them.
        const readings = Array.from({ length: 6 }, (_, at) =>
          soc({
            timestampMs: T0 + ((round + at) % 12),
            value: (round * 7 + partition * 3 + at) % 20,
            transactionId: (round + partition) % 3 === 0 ? String(partition) : null,
          }),
        );
        await feeder.store([message(feeder.position, readings)]);
      }
    };
    await Promise.all([0, 1, 2, 3].map(write));

    const rows = await feedRows();
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, at) => at + 1));
    const folded = new Map<string, unknown>();
    for (const row of rows) if (row.kind === 'readings') fold(folded, row.payload);
    const stored = await query<{ key: string; said: unknown }>(
      `select r.series_id || '/' || (extract(epoch from r.ts) * 1000)::bigint || '/' || r.context as key,
         json_build_array(r.value, t.external_id, r.quality) as said
       from readings r left join transactions t on t.id = r.transaction_id`,
    );
    expect(stored).toHaveLength(12);
    expect(rows.some((row) => row.kind === 'readings' && row.payload.replaced !== undefined)).toBe(true);
    expect(folded).toEqual(new Map(stored.map(({ key, said }) => [key, said])));
  });
});

/** Throws where a row tells of what can't be: each must find what the one before left. */
function fold(state: Map<string, unknown>, { inserted, replaced }: ReadingsPayload): void {
  const keyAt = (columns: ReadingColumns, at: number) =>
    [columns.series[at], columns.ts[at], columns.context[at]].join('/');
  const saidAt = ({ value, transaction, quality }: ReadingColumns, at: number) => [
    value[at],
    transaction[at],
    quality[at],
  ];
  inserted.series.forEach((_, at) => {
    expect(state.has(keyAt(inserted, at))).toBe(false);
    state.set(keyAt(inserted, at), saidAt(inserted, at));
  });
  replaced?.series.forEach((_, at) => {
    const { oldValue, oldTransaction, oldQuality } = replaced;
    expect(state.get(keyAt(replaced, at))).toEqual([oldValue[at], oldTransaction[at], oldQuality[at]]);
    state.set(keyAt(replaced, at), saidAt(replaced, at));
  });
}
