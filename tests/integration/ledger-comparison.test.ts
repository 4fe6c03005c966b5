import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AcknowledgedReading } from '../../client/simulate/reading-ledger.js';
import { compareLedger } from '../../load-tests/report/compare-ledger.js';
import { message, openStore, reading, T0, TOPIC, type Store } from './store-harness.js';

let store: Store;
let directory: string;

beforeEach(async () => {
  [store, directory] = await Promise.all([openStore(), mkdtemp(join(tmpdir(), 'ledger-'))]);
  const sink = store.sink();
  const { epoch } = await sink.claim(0);
  const stored = [1, 2, 3].map((value) => reading({ timestampMs: T0 + value, value }));
  const other = reading({ chargePointId: 'CP "2", \\ ü', value: 0.1 });
  const messages = [message(0, stored), message(1, [other])];
  const position = { partition: 0, epoch, expectedOffset: 0, nextOffset: 2 };
  await sink.store({ messages, positions: [position] });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

function acknowledged(value: number, overrides: Partial<AcknowledgedReading> = {}): AcknowledgedReading {
  const { chargePointId, evseId, connectorId, measurand, phase, location, unit, context } = reading();
  const timestamp = new Date(T0 + value).toISOString();
  const series = { chargePointId, evseId, connectorId, measurand, phase, location, unit, context };
  return { ...series, timestamp, value, transactionId: null, ...overrides };
}

async function ledger(name: string, readings: readonly AcknowledgedReading[]): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, readings.map((each) => `${JSON.stringify(each)}\n`).join(''));
  return path;
}

describe(`a ledger of acknowledged readings, against the table of ${TOPIC}`, () => {
  it('is complete when each is stored once, whatever is stored beside them or was acknowledged twice', async () => {
    const other = acknowledged(0.1, {
      chargePointId: 'CP "2", \\ ü',
      timestamp: new Date(T0).toISOString(),
    });
    const ledgers = [
      await ledger('a', [acknowledged(1), acknowledged(2), acknowledged(2)]),
      await ledger('b', [other]),
      await ledger('empty', []),
    ];
    expect(await compareLedger(store.url, ledgers)).toEqual({
      ...{ lines: 4, acknowledged: 3, stored: 4, lost: 0, doubled: 0, unacknowledged: 1, examples: [] },
    });
  });

  it('names what is lost: another value, another time, another charge point', async () => {
    const lost = [
      acknowledged(1, { value: 1.5 }),
      acknowledged(1, { timestamp: new Date(T0 + 9).toISOString() }),
      acknowledged(1, { chargePointId: 'CP-9' }),
      acknowledged(1, { transactionId: '7' }),
    ];
    const compared = await compareLedger(store.url, [await ledger('a', [acknowledged(1), ...lost])]);
    expect(compared).toMatchObject({ acknowledged: 5, lost: 4, doubled: 0, unacknowledged: 3 });
    expect(compared.examples).toHaveLength(4);
    expect(compared.examples.join()).toContain('CP-9');
  });

  it('sees a reading that is stored twice, which the key of the table would not let happen', async () => {
    await store.pool.query('alter table readings drop constraint readings_pkey');
    await store.pool.query('insert into readings select * from readings where value = 2');
    const compared = await compareLedger(store.url, [await ledger('a', [acknowledged(1), acknowledged(2)])]);
    expect(compared).toMatchObject({ acknowledged: 2, lost: 0, doubled: 1, stored: 5 });
  });
});
