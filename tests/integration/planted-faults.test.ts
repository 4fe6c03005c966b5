import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from '../../helpers/seeded-random.js';
import { dryRun } from '../../server/rollups/dry-run.js';
import { rebuild } from '../../server/rollups/rebuild.js';
import { RollupPass } from '../../server/rollups/rollup-pass.js';
import { DEFAULT_THRESHOLDS } from '../../server/rollups/vee/thresholds.js';
import { shardsWithMarks } from '../../store/rollups/marks.js';
import { inShard } from '../../store/rollups/shard.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import { DAY, MINUTE, PLANTED, type PlantedCase } from '../reference/planted-faults.js';
import { Feeder, message, openStore, reading, type Store } from './store-harness.js';

let store: Store;
let feeder: Feeder;
beforeAll(async () => {
  store = await openStore();
  feeder = await Feeder.claim(store.sink({ now: () => DAY + 48 * 60 * MINUTE }));
});
afterAll(() => store.close());

/** In the order of the table, and in others. */
const ORDERS = [null, 1, 2];

describe.each(ORDERS)('planted faults, in the order of seed %s', (seed) => {
  const nameOf = (index: number): string => `${seed ?? 'in-order'}-${index}`;
  let found: ReadonlyMap<string, readonly Row[]>;
  beforeAll(async () => {
    const random = seededRandom(seed ?? 0);
    const planted = PLANTED.flatMap((each, index) => messagesOf(each, nameOf(index)));
    const messages = seed === null ? planted : shuffled(planted, random);
    const pass = new RollupPass();
    while (messages.length > 0) {
      const batch = messages.splice(0, 200 + Math.floor(random() * 1_500));
      await feeder.store(batch.map((each, at) => ({ ...each, offset: feeder.position + at })));
      await compute(pass, seed === null ? Infinity : Math.floor(random() * 3));
    }
    await compute(pass, Infinity);
    found = await findings();
  });

  it.each(PLANTED.map(({ name, expected }, index) => ({ name, expected, index })))(
    '$name',
    ({ expected, index }) => {
      const rows = found.get(nameOf(index)) ?? [];
      const wanted = expected.map(({ rule, from, to, measurand, connectorId = 1, evidence = {} }) => ({
        ...{ rule, from, to, measurand, connectorId, state: 'open' },
        evidence: expect.objectContaining(evidence) as unknown,
      }));
      expect(rows).toEqual(wanted.sort(byPlace));
    },
  );
});

it('a rebuild finds what the passes found', async () => {
  const chargePointIds = PLANTED.map((_, index) => `1-${index}`);
  const options = { pool: store.pool, fromMs: -Infinity, toMs: Infinity, chargePointIds, check: true };
  const signal = new AbortController().signal;
  const thresholds = DEFAULT_THRESHOLDS;
  const rebuilt = await rebuild({ ...options, signal, thresholds, onProgress: () => undefined });
  expect(rebuilt).toMatchObject({ differences: 0, examples: [] });
});

it('a dry run finds what the passes found, and leaves it as it is', async () => {
  const before = await findings();
  const heard: string[] = [];
  await dryRun({
    pool: store.pool,
    ...{ fromMs: -Infinity, toMs: Infinity, chargePointIds: PLANTED.map((_, index) => `1-${index}`) },
    thresholds: DEFAULT_THRESHOLDS,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onFinding: ({ chargePointId, connectorId }, { rule, fromMs }) =>
      heard.push([chargePointId, connectorId, rule, (fromMs - DAY) / MINUTE].join()),
  });
  const stored = [...before].flatMap(([id, rows]) =>
    id.startsWith('1-')
      ? rows.map(({ connectorId, rule, from }) => [id, connectorId, rule, from].join())
      : [],
  );
  expect(heard.sort()).toEqual(stored.sort());
  expect(await findings()).toEqual(before);
});

interface Row {
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  readonly measurand: string;
  readonly connectorId: number;
  readonly state: string;
  readonly evidence: unknown;
}

async function findings(): Promise<ReadonlyMap<string, readonly Row[]>> {
  const minutes = (column: string): string =>
    `((extract(epoch from ${column}) * 1000 - ${DAY}) / ${MINUTE})::float8`;
  const { rows } = await store.pool.query<Row & { chargePointId: string }>(
    `select s.charge_point_id as "chargePointId", f.rule, ${minutes('f.from_ts')} as "from", ${minutes('f.to_ts')} as "to",
       s.measurand, s.connector_id as "connectorId", f.state, f.evidence
     from findings f join series s on s.id = f.series_id`,
  );
  const found = new Map<string, Row[]>();
  for (const { chargePointId, ...row } of rows) {
    found.set(chargePointId, [...(found.get(chargePointId) ?? []), row].sort(byPlace));
  }
  return found;
}

type Place = Pick<Row, 'rule' | 'from' | 'connectorId'>;
function byPlace(a: Place, b: Place): number {
  return a.connectorId - b.connectorId || a.from - b.from || (a.rule < b.rule ? -1 : 1);
}

function messagesOf({ readings }: PlantedCase, chargePointId: string): SinkMessage[] {
  return readings.map(({ lagMs = 2_000, ...each }) =>
    message(0, [reading({ chargePointId, ...each })], {
      chargePointId,
      receivedAt: each.timestampMs + lagMs,
    }),
  );
}

/** Passes over whatever is marked, as many as asked for at most. */
async function compute(pass: RollupPass, passes: number): Promise<void> {
  for (let left = passes; left > 0; left--) {
    const [shard] = await shardsWithMarks(store.pool);
    if (shard === undefined) return;
    await inShard(store.pool, shard, (client) => pass.ofMarks(client, shard, 1_000));
  }
}
