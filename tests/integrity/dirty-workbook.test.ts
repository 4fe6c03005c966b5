import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROTOCOLS, type DirtyCase, type DirtyFile, type DirtyPart } from '../../Files/dirty/dirty-case.js';
import type { PlacedRow } from '../../Files/dirty/placed-row.js';
import { ALL_CASES, FILES, ROWS, runDirtyFiles, type DirtyRun, type Quarantined } from './dirty/dirty-run.js';
import { conflictsOf, countersOf, latestOf, ofChargePoint, rawText, readingsOf } from './dirty/expected.js';
import { digest } from './system/stored-state.js';
import { System } from './system/system.js';
import { LOGS } from './system/with-system.js';
import { expectTable } from './verify.js';

const COMBINATIONS = PROTOCOLS.flatMap((protocol) =>
  LOGS.map(({ log, brokers }) => ({ protocol, log, brokers })),
);
const EVERY_ROW = FILES.flatMap((file) => ROWS[file]);

/** The rows of a case in one of the files. */
const rowsOf = (file: DirtyFile, name: string): PlacedRow[] =>
  ROWS[file].filter(({ of }) => of.name === name);
const namesIn = (file: DirtyFile): string[] =>
  ALL_CASES.filter(({ files }) => files.includes(file)).map(({ name }) => name);

describe.each(COMBINATIONS)('the dirty files by $protocol on $log', ({ protocol, brokers }) => {
  let directory: string;
  let system: System;
  let run: DirtyRun;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meterpulse-dirty-'));
    system = await System.start({ brokers });
    try {
      run = await runDirtyFiles(system, protocol, directory);
    } catch (error) {
      console.error(system.report());
      throw error;
    }
  }, 300_000);
  afterAll(async () => {
    await system.dispose();
    await rm(directory, { recursive: true, force: true });
  });

  it('has aggregates that are those of its readings', async () => {
    await system.verifyAggregates();
  });

  describe.each(FILES)('dirty.%s', (file) => {
    it.each(namesIn(file))('%s', (name) => {
      const rows = rowsOf(file, name);
      for (const row of rows) {
        expectOutcome(row, file);
        expectParts(row);
      }
      const [first] = rows;
      if (first === undefined) throw new Error('a case without rows');
      expectStored(first.chargePointId, first.of);
    });
  });

  function expectOutcome({ row, sheet, chargePointId, expect: fates }: PlacedRow, file: DirtyFile): void {
    const lines = run.replayed[file].ledger.filter((line) => line.row === row && line.sheet === sheet);
    const { outcome, code } = fates[protocol];
    expect(lines, `row ${row}`).toMatchObject([{ chargePointId, outcome, code }]);
    expect(lines[0]?.reason === '', `row ${row} has a reason`).toBe(outcome === 'accepted');
  }

  function expectParts(row: PlacedRow): void {
    const { quarantine, outcome } = row.expect[protocol];
    const kept = partsOf(run.first.quarantine, row, outcome === 'refused');
    expect(kept.map(({ path, reason }) => ({ path, reason }))).toEqual(
      quarantine.map(({ path, reason }) => ({ path, reason })),
    );
    kept.forEach(({ raw }, at) => expectRaw(raw, quarantine[at], row.messageId));
  }

  const readingsIn = ({ readings, by }: DirtyCase): DirtyCase['readings'] =>
    by.includes(protocol) ? readings : [];

  function expectStored(chargePointId: string, each: DirtyCase): void {
    const readings = readingsIn(each);
    const { state } = run.first;
    const mine = <T>(table: ReadonlyMap<string, T>): Map<string, T> => ofChargePoint(table, chargePointId);
    expectTable('readings', mine(state.readings), readingsOf(chargePointId, readings));
    expectTable('conflicts', mine(state.conflicts), conflictsOf(chargePointId, each.conflicts));
    expectTable('latest', mine(state.latest), latestOf(chargePointId, readings));
  }

  it.each(FILES)('end with every row of dirty.%s accounted for, once', (file) => {
    const { ledger, summary } = run.replayed[file];
    expect(ledger).toHaveLength(ROWS[file].length);
    const ended = (outcome: string): number => ledger.filter((line) => line.outcome === outcome).length;
    const { rows = 0, acknowledged = 0, rejected = 0, refused = 0, badRows = 0, retried = 0 } = summary;
    expect({ rows, acknowledged, rejected, notTaken: refused + badRows }).toEqual({
      rows: ROWS[file].length,
      acknowledged: ended('accepted'),
      rejected: ended('rejected'),
      notTaken: ended('refused'),
    });
    expect(rows).toBe(acknowledged + rejected + refused + badRows);
    expect(retried, 'rows sent twice').toBe(0);
  });

  it('leave nothing in the tables but what the rows say', () => {
    const { state, quarantine, chargePoints, sizes } = run.first;
    const sum = (count: (each: DirtyCase, id: string) => number): number =>
      FILES.flatMap((file) => namesIn(file).map((name) => rowsOf(file, name)[0]))
        .map((row) => (row === undefined ? 0 : count(row.of, row.chargePointId)))
        .reduce((total, each) => total + each, 0);
    const parts = EVERY_ROW.flatMap((row) => row.expect[protocol].quarantine);
    expect(state.readings.size, 'readings').toBe(sum((each) => readingsIn(each).length));
    expect(state.conflicts.size, 'conflicts').toBe(sum(({ conflicts }) => conflicts.length));
    expect(quarantine, 'quarantine').toHaveLength(parts.length);
    // What was not sent registers nobody, and neither does what was all bad.
    const heard = EVERY_ROW.filter(({ expect: fates }) => fates[protocol].stored > 0);
    expect(chargePoints).toEqual([...new Set(heard.map(({ chargePointId }) => chargePointId))].sort());
    const transactions = sum(
      (each) => new Set(readingsIn(each).flatMap(({ transactionId }) => transactionId ?? [])).size,
    );
    expect(sizes).toEqual({ series: state.latest.size, transactions, waiting: 0 });
    expect(state.latest.size).toBe(sum((each, id) => latestOf(id, readingsIn(each)).size));
  });

  it('are counted: received is stored, duplicate and rejected, and all that was answered', () => {
    const { messages, readings } = run.first.stats;
    expect({ messages, readings }).toEqual(countersOf(EVERY_ROW, protocol, 1));
    expect(messages.received).toBe(messages.stored + messages.duplicate + messages.rejected);
    const notes = EVERY_ROW.filter(({ expect: fates }) => {
      const { outcome, quarantine } = fates[protocol];
      return outcome === 'refused' && quarantine.length > 0;
    });
    const answered = FILES.map((file) => run.replayed[file].summary).reduce(
      (sum, { acknowledged = 0, rejected = 0 }) => sum + acknowledged + rejected,
      0,
    );
    expect(messages.received).toBe(answered + notes.length);
  });

  it('change nothing but the count of duplicates and of what is kept when they are sent again', () => {
    const { first, second } = run;
    expect(digest(second.state)).toBe(digest(first.state));
    expect(second.chargePoints).toEqual(first.chargePoints);
    expect(second.sizes).toEqual(first.sizes);
    const { messages, readings } = second.stats;
    expect({ messages, readings }).toEqual(countersOf(EVERY_ROW, protocol, 2));
    // A bad part that is sent again is kept again, under its own place on the log.
    const texts = (parts: readonly Quarantined[]): string[] =>
      parts.map((part) => JSON.stringify(part)).sort();
    expect(texts(second.quarantine)).toEqual(texts([...first.quarantine, ...first.quarantine]));
  });
});

/** The parts of one row, in the order of their paths. A frame that was not read has no id: its charge point names it. */
function partsOf(all: readonly Quarantined[], row: PlacedRow, isNote: boolean): Quarantined[] {
  return all
    .filter(
      ({ chargePointId, messageId }) =>
        chargePointId === row.chargePointId && messageId === (isNote ? null : row.messageId),
    )
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

function expectRaw(raw: string, part: DirtyPart | undefined, messageId: string): void {
  if (part === undefined) return;
  const { raw: expected } = part;
  if (typeof expected !== 'string') {
    expect(JSON.parse(raw)).toEqual(JSON.parse(JSON.stringify(expected)));
    return;
  }
  const text = rawText({ ...part, raw: expected }, messageId);
  // Megabytes that differ are nobody's pleasure to read.
  expect({ length: raw.length, begin: raw.slice(0, 300) }).toEqual({
    length: text.length,
    begin: text.slice(0, 300),
  });
  expect(raw === text).toBe(true);
}
